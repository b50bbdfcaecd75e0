// The kinds of value that only the options of feeds have: a rate, the time between sentiments, a choice of
// symbols.

import { resolve } from 'node:path';
import * as v from 'valibot';
import { FEED_NAMES, isFeedFile, isFeedName, looksLikeFile, type Source } from './feeds.ts';
import { decimal, duration, integer, type Kind, rate, symbolList } from './option-types.ts';

/** How fast ticks leave the Gateway. */
export type FeedRate =
  /** Infinity: no limit. */
  | { readonly ticksPerSecond: number }
  /** A multiple of the pace at which the data's own times advance. */
  | { readonly timesOwnPace: number };

/** What the values of a file of news may range over; the middle is neutral. */
export const NEWS_SCALES = ['0..100', '-1..1'] as const;
export type NewsScale = (typeof NEWS_SCALES)[number];

/** How often a sentiment is sent. */
export type NewsEvery = { readonly ms: number } | { readonly ticks: number };

/** Symbols by their names, or how many a random walk makes up. */
export type SymbolChoice = readonly string[] | number;

/** The symbols that a process is limited to; undefined where any symbol will do. */
export function listedSymbols(choice: SymbolChoice | undefined): readonly string[] | undefined {
  return typeof choice === 'number' ? undefined : choice;
}

/** The name of a feed, or the path of a file with one, made absolute. */
export function feedSource(): Kind<Source> {
  const source = (text: string): Source | undefined => {
    if (isFeedName(text)) return text;
    const file = looksLikeFile(text) && !text.includes('\0') ? resolve(text) : '';
    return isFeedFile(file) ? file : undefined;
  };
  return {
    expected: `${FEED_NAMES.join(', ')}, or the path of a file with a feed such as ./my-feed.ts`,
    schema: v.pipe(
      v.string(),
      v.transform(source),
      v.custom<Source>((found) => found !== undefined),
    ),
    text: String,
  };
}

/** `2000/s` or `2000`: ticks per second. `10x`: a multiple of the data's own pace. `max`: no limit. */
export function feedRate(): Kind<FeedRate> {
  const ticks = rate('ticks per second', { min: 1, max: 100_000_000 });
  const multiple = decimal('a multiple', { min: 0.001, max: 1_000_000_000 });
  return {
    expected:
      'ticks per second such as 2000/s (1 to 100000000), ' +
      'a multiple of the pace of the data such as 10x (0.001 to 1000000000), or max',
    schema: v.union([
      v.pipe(
        withoutUnit(/x$/, multiple),
        v.transform((timesOwnPace) => ({ timesOwnPace })),
      ),
      v.pipe(
        v.union([withoutUnit(/\/s$/, ticks), ticks.schema]),
        v.transform((ticksPerSecond) => ({ ticksPerSecond })),
      ),
    ]),
    text: (value) => rateText(value as FeedRate),
  };
}

/** `200ms` or `1s`: a time. `500ticks` or `500`: a number of ticks. */
export function newsEvery(): Kind<NewsEvery> {
  const ticks = integer('a number of ticks', { min: 1, max: 1_000_000_000 });
  const time = duration('1ms', '1h');
  return {
    expected: 'a time such as 200ms or 1s (1ms to 1h), or ticks such as 500ticks or 500 (1 to 1000000000)',
    schema: v.union([
      v.pipe(
        v.union([withoutUnit(/ticks?$/, ticks), ticks.schema]),
        v.transform((ticks) => ({ ticks })),
      ),
      v.pipe(
        time.schema,
        v.transform((ms) => ({ ms })),
      ),
    ]),
    text: (value) => newsText(value as NewsEvery),
  };
}

/**
 * Symbols with commas between them, or a number: that many made-up symbols. A comma at the end makes a symbol
 * of a number: `700,`.
 */
export function symbolChoice(countMax: number): Kind<SymbolChoice> {
  const list = symbolList(countMax);
  const count = integer('a number of symbols', { min: 1, max: countMax });
  const isCount = (value: unknown) =>
    typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
  return {
    expected: `${list.expected}, or how many a random walk makes up, from 1 to ${countMax}`,
    schema: v.lazy(
      (value): v.GenericSchema<unknown, SymbolChoice> => (isCount(value) ? count.schema : list.schema),
    ),
    text: (value) => (typeof value === 'number' ? String(value) : list.text(value)),
  };
}

/** What columns of a file of prices may hold. */
const COLUMN_KINDS = ['time', 'date', 'symbol', 'price', 'bid', 'ask'] as const;

/** Columns of a file of prices by their names in its header, or by their numbers from 1. */
export type NamedColumns = Readonly<Partial<Record<(typeof COLUMN_KINDS)[number], string>>>;

const NAMED_COLUMN = /\s*([a-z]+)\s*=\s*(?:"([^"]*)"|([^",]*))\s*(?:,|$)/y;

/** `time=Date,symbol=Ticker,price="Adj Close"`; in JSON an object. */
export function namedColumns(): Kind<NamedColumns> {
  return {
    expected: `columns such as time=Date,symbol=Ticker,price=Close (${COLUMN_KINDS.join(', ')}), each once`,
    schema: v.pipe(
      v.unknown(),
      v.transform((value) => (typeof value === 'string' ? columnsIn(value) : value)),
      v.record(v.picklist(COLUMN_KINDS), v.pipe(v.string(), v.nonEmpty())),
      v.check((of) => Object.keys(of).length > 0),
    ),
    text: (value) =>
      Object.entries(value as NamedColumns)
        .map(([kind, name]) => (name.includes(',') ? `${kind}="${name}"` : `${kind}=${name}`))
        .join(','),
  };
}

/** The names by their kinds; undefined for other text, and for a kind that is named twice. */
function columnsIn(text: string): Readonly<Record<string, string>> | undefined {
  const columns: Record<string, string> = {};
  for (let at = 0; at < text.length; at = NAMED_COLUMN.lastIndex) {
    NAMED_COLUMN.lastIndex = at;
    const found = NAMED_COLUMN.exec(text);
    if (found === null || found[1] in columns) return undefined;
    columns[found[1]] = (found[2] ?? found[3] ?? '').trim();
  }
  return text === '' ? undefined : columns;
}

/** Text that ends with `unit`, of which `kind` reads the rest. */
function withoutUnit(unit: RegExp, { schema }: Kind<number>): v.GenericSchema<unknown, number> {
  const number = (value: unknown) =>
    typeof value === 'string' && unit.test(value) ? value.replace(unit, '') : undefined;
  return v.pipe(v.unknown(), v.transform(number), schema);
}

function rateText(rate: FeedRate): string {
  if ('timesOwnPace' in rate) return `${rate.timesOwnPace}x`;
  return rate.ticksPerSecond === Number.POSITIVE_INFINITY ? 'max' : `${rate.ticksPerSecond}/s`;
}

function newsText(every: NewsEvery): string {
  return 'ticks' in every ? `${every.ticks}ticks` : `${every.ms}ms`;
}
