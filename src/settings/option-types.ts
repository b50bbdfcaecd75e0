// The kinds of value that options have. A kind reads text of the command line or JSON of the configuration
// file, and writes a value as text for the command line.

import { resolve } from 'node:path';
import * as v from 'valibot';
import { decimalText } from '../domain/decimal-text.ts';
import { isQuantity, quantityText } from '../domain/quantity.ts';
import { SHARD_COUNT } from '../domain/shard-count.ts';
import { isSymbol, SYMBOL_EXPECTED } from '../domain/symbol.ts';
import { STANDARD_INPUT } from './standard-input.ts';

/** One kind of value; `T` is the type that a process gets. */
export interface Kind<T> {
  /** Describes valid values; follows the word "expected" in a message. */
  readonly expected: string;
  readonly schema: v.GenericSchema<unknown, T>;
  /** Writes a value of `T` for the command line. */
  readonly text: (value: unknown) => string;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const numeric = v.pipe(
  v.unknown(),
  v.transform((value) => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value)),
  v.number(),
);

/** A whole number from `min` to `max`. */
export function integer(what: string, { min, max }: Bounds): Kind<number> {
  return {
    expected: `${what} from ${min} to ${max}`,
    schema: v.pipe(numeric, v.safeInteger(), v.minValue(min), v.maxValue(max)),
    text: String,
  };
}

/** A number from `min` to `max`, with or without a fraction. */
export function decimal(what: string, { min, max }: Bounds): Kind<number> {
  return {
    expected: `${what} from ${min} to ${max}`,
    schema: v.pipe(numeric, v.minValue(min), v.maxValue(max)),
    text: (value) => (typeof value === 'number' ? decimalText(value) : String(value)),
  };
}

/** A number of shares from `min` to `max`, with at most 8 decimals. */
export function shares(what: string, { min, max }: Bounds): Kind<number> {
  return {
    expected: `${what} from ${quantityText(min)} to ${max}, with at most 8 decimals`,
    schema: v.pipe(numeric, v.minValue(min), v.maxValue(max), v.check(isQuantity)),
    text: (value) => (typeof value === 'number' ? quantityText(value) : String(value)),
  };
}

/** A word for Infinity. */
function infinity(word: string): v.GenericSchema<unknown, number> {
  return v.pipe(
    v.unknown(),
    v.check((value) => value === word),
    v.transform(() => Number.POSITIVE_INFINITY),
  );
}

/** A number from `min` to `max`, or the word `max`, which is Infinity. */
export function rate(what: string, bounds: Bounds): Kind<number> {
  const number = decimal(what, bounds);
  return {
    expected: `${number.expected}, or max`,
    schema: v.union([infinity('max'), number.schema]),
    text: (value) => (value === Number.POSITIVE_INFINITY ? 'max' : number.text(value)),
  };
}

/** A number from `min` to `max`, or the word `off`, which is Infinity: no limit. */
export function limit(what: string, bounds: Bounds): Kind<number> {
  const number = decimal(what, bounds);
  return {
    expected: `${number.expected}, or off`,
    schema: v.union([infinity('off'), number.schema]),
    text: (value) => (value === Number.POSITIVE_INFINITY ? 'off' : number.text(value)),
  };
}

/** A whole number from `min` to `max`, or the word `all`, which is Infinity. */
export function countOrAll(what: string, bounds: Bounds): Kind<number> {
  const number = integer(what, bounds);
  return {
    expected: `${number.expected}, or all`,
    schema: v.union([infinity('all'), number.schema]),
    text: (value) => (value === Number.POSITIVE_INFINITY ? 'all' : String(value)),
  };
}

/** A power of two from `min` to `max`. */
export function powerOfTwo(what: string, { min, max }: Bounds): Kind<number> {
  const isPowerOfTwo = (value: number) => Number.isInteger(Math.log2(value));
  return {
    expected: `${what}, a power of two from ${min} to ${max}`,
    schema: v.pipe(numeric, v.minValue(min), v.maxValue(max), v.check(isPowerOfTwo)),
    text: String,
  };
}

/** One of these words. */
export function choice<const W extends string>(...words: readonly W[]): Kind<W> {
  return {
    expected: `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`,
    schema: v.picklist(words),
    text: String,
  };
}

/** Text that matches a pattern. */
export function text(expected: string, pattern: RegExp): Kind<string> {
  return { expected, schema: v.pipe(v.string(), v.regex(pattern)), text: String };
}

/** A path, made absolute from the current folder. */
export function path(what: string): Kind<string> {
  return {
    expected: `the path of ${what}`,
    schema: v.pipe(
      v.string(),
      v.nonEmpty(),
      v.check((value) => !value.includes('\0')),
      v.transform((value) => resolve(value)),
    ),
    text: String,
  };
}

/** A path, or `-` for standard input. */
export function pathOrInput(what: string): Kind<string> {
  const { expected, schema } = path(what);
  return {
    expected: `${expected}, or - for standard input`,
    schema: v.union([
      v.pipe(
        v.literal('-'),
        v.transform(() => STANDARD_INPUT),
      ),
      schema,
    ]),
    text: String,
  };
}

/** An address of a page, without user, query or fragment. */
export function webUrl(): Kind<string> {
  const isPage = (value: string) => {
    const url = URL.parse(value);
    if (!url || !['http:', 'https:'].includes(url.protocol)) return false;
    return url.username + url.password + url.search + url.hash === '';
  };
  return {
    expected: 'an http or https URL without a query, such as https://example.org/tickline/',
    schema: v.pipe(v.string(), v.check(isPage)),
    text: String,
  };
}

/** An address of a WebSocket. Without TLS only on this machine: who is between could make up prices. */
export function webSocketUrl(): Kind<string> {
  const isGood = (value: string) => {
    const url = URL.parse(value);
    if (!url || url.username + url.password + url.hash !== '') return false;
    const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
    return url.protocol === 'wss:' || (url.protocol === 'ws:' && isHere);
  };
  return {
    expected: 'a wss URL such as wss://example.org/v2, or a ws URL of this machine',
    schema: v.pipe(v.string(), v.check(isGood)),
    text: String,
  };
}

const NATS_URL = /^(?:nats|tls):\/\/[A-Za-z0-9.:[\]_-]+$/;

/** Different values with commas between them; in JSON also an array. */
function list<T>(
  expected: string,
  read: (text: string) => T | undefined,
  countMax: number,
): Kind<readonly T[]> {
  const split = (value: unknown): unknown => {
    const parts: unknown = typeof value === 'string' ? value.split(',') : value;
    return Array.isArray(parts) ? parts.map((part) => read(String(part))) : undefined;
  };
  return {
    expected,
    schema: v.pipe(
      v.unknown(),
      v.transform(split),
      v.custom<readonly T[]>(
        (values) =>
          Array.isArray(values) &&
          values.length >= 1 &&
          values.length <= countMax &&
          !values.includes(undefined) &&
          new Set(values).size === values.length,
      ),
    ),
    text: String,
  };
}

/** Addresses of NATS servers. */
export function natsUrls(): Kind<readonly string[]> {
  const read = (text: string) => {
    const url = NATS_URL.test(text) ? URL.parse(text) : null;
    return url !== null && url.hostname !== '' ? text : undefined;
  };
  return list('one to nine different URLs such as nats://10.0.0.1:4222, with commas between them', read, 9);
}

/** Numbers of shards. */
export function shardList(): Kind<readonly number[]> {
  const read = (text: string) => (/^\d$/.test(text) && Number(text) < SHARD_COUNT ? Number(text) : undefined);
  return list(`different numbers from 0 to ${SHARD_COUNT - 1}, with commas between them`, read, SHARD_COUNT);
}

/** One symbol. */
export function symbol(): Kind<string> {
  return { expected: SYMBOL_EXPECTED, schema: v.pipe(v.string(), v.check(isSymbol)), text: String };
}

/** Different symbols, with commas between them and perhaps one at the end; in JSON also an array. */
export function symbolList(countMax: number): Kind<readonly string[]> {
  const split = (value: unknown) => (typeof value === 'string' ? value.replace(/,$/, '').split(',') : value);
  return {
    expected: `different symbols with commas between them, each ${SYMBOL_EXPECTED}`,
    schema: v.pipe(
      v.unknown(),
      v.transform(split),
      v.array(v.pipe(v.string(), v.check(isSymbol))),
      v.minLength(1),
      v.maxLength(countMax),
      v.check((names) => new Set(names).size === names.length),
    ),
    // The comma at the end keeps a symbol of digits from being read as a number.
    text: (value) => (/^\d+$/.test(String(value)) ? `${value},` : String(value)),
  };
}

/** A switch: its flag on the command line, true or false in JSON. */
export function flag(): Kind<boolean> {
  return { expected: 'true or false', schema: v.boolean(), text: String };
}

/** The words `on` and `off`; in JSON also true and false. */
export function onOff(): Kind<boolean> {
  return {
    expected: 'on or off',
    schema: v.union([
      v.boolean(),
      v.pipe(
        v.picklist(['on', 'off']),
        v.transform((word) => word === 'on'),
      ),
    ]),
    text: (value) => (value === true ? 'on' : 'off'),
  };
}

const NAMED_VALUE = /^\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*([^,]*)$/;

/** Values by name: `short=5,long=20`; in JSON an object. */
export function namedValues(): Kind<Readonly<Record<string, string | number | boolean>>> {
  const read = (value: unknown): unknown => {
    if (typeof value !== 'string') return value;
    const pairs = value.split(',').map((part) => NAMED_VALUE.exec(part));
    if (pairs.includes(null)) return undefined;
    return Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]]));
  };
  return {
    expected: 'NAME=VALUE, such as short=5; in a file an object such as {"short": 5}',
    schema: v.pipe(
      v.unknown(),
      v.transform(read),
      v.record(v.string(), v.union([v.string(), v.pipe(v.number(), v.finite()), v.boolean()])),
    ),
    text: (value) =>
      Object.entries(value ?? {})
        .map(([name, of]) => `${name}=${of}`)
        .join(','),
  };
}

const MS_PER_UNIT = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const BYTES_PER_UNIT = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A time such as `500ms`, `30s`, `2m` or `1h`, in milliseconds. The bounds are written the same way. */
export function duration(min: string, max: string): Kind<number> {
  return measure('a time such as 500ms, 30s, 2m or 1h,', MS_PER_UNIT, min, max, 'ms');
}

/** A size such as `65536`, `64KiB` or `16MiB`, in bytes. The bounds are written the same way. */
export function size(min: string, max: string): Kind<number> {
  return measure('a number of bytes such as 65536, 64KiB or 16MiB,', BYTES_PER_UNIT, min, max, '');
}

function measure(
  what: string,
  units: Readonly<Record<string, number>>,
  min: string,
  max: string,
  baseUnit: string,
): Kind<number> {
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)(${Object.keys(units).join('|')})$`);
  const read = (value: unknown): unknown => {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const [, amount, unit = ''] = pattern.exec(String(value)) ?? [];
    return Math.round(Number(amount) * (units[unit] ?? Number.NaN));
  };
  const bounds = { min: Number(read(min)), max: Number(read(max)) };
  return {
    expected: `${what} from ${min} to ${max}`,
    schema: v.pipe(
      v.unknown(),
      v.transform(read),
      v.number(),
      v.safeInteger(),
      v.minValue(bounds.min),
      v.maxValue(bounds.max),
    ),
    text: (value) => `${value}${baseUnit}`,
  };
}
