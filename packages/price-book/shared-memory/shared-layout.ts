// Where the parts of a shared file are. The file describes itself: its header is followed by this layout as JSON, so a
// reader in any language finds each field by its name.

import { BadLayoutError } from './errors.ts';
import type { Fields, Part, Parts } from './parts.ts';
import { CACHE_LINE_BYTES, i32, PAGE_BYTES, startsLine, struct, text, u32, u64 } from './struct.ts';

/** Goes up by one with every change that a reader of another version would misread. */
export const SHARED_VERSION = 1;
/** The first eight bytes of every file. */
export const SHARED_MAGIC = 'SHAREDv1';

export const SHARED_HEADER = struct('header of a shared file', 192, {
  magic: text(8, 'creator', '`SHAREDv1`'),
  version: u32('creator', 'version of this header'),
  layoutBytes: u32('creator', 'bytes of the layout, JSON in UTF-8, which follows this header'),
  totalBytes: u64('creator', 'size of the whole file'),
  writerPid: startsLine(i32('writer', 'process id of the writer, 0 if there is none')),
  epoch: u32('writer', 'number of writers so far: 1 for the first, plus 1 for each takeover'),
  state: u32('writer', '0 being created, 1 ready, 2 closed'),
});

/** What precedes the fields of a table's row. */
export const ROW_HEADER = struct('start of a row of a table', 8, {
  version: u32('writer', 'odd while the row is being written'),
  state: u32('writer', '0 never written, or given up half written; 1 written'),
});

/** What precedes the slots of a ring. */
export const RING_HEADER = struct('start of a ring', CACHE_LINE_BYTES, {
  intent: u64('writer', 'slots written since the file was created, with those being written now'),
  published: u64('writer', 'slots completely written'),
});

export const BELL = struct('doorbell', 2 * CACHE_LINE_BYTES, {
  word: u32('who rings', 'changes with every ring; futex'),
  armed: startsLine(
    u32(
      'who waits',
      '1 if a process waits and has to be woken, 2 if several may, 3 while they wake each other',
    ),
  ),
});

export const SharedState = { MAKING: 0, READY: 1, CLOSED: 2 } as const;

/** Processes that can count at the same time. */
export const COUNTER_LINES = 32;
const BYTES_MAX = 2 ** 31;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** A field of a row: its byte offset in the row. */
export interface PlacedField {
  readonly type: 'u32' | 'i32' | 'u64' | 'f64' | 'text';
  readonly offset: number;
  readonly bytes: number;
}

/** A part: its byte offset in the file, and the bytes from one row, slot or line to the next. */
export interface PlacedPart {
  readonly kind: Part['kind'];
  readonly offset: number;
  readonly count: number;
  readonly stride: number;
  readonly fields?: Readonly<Record<string, PlacedField>>;
  readonly names?: readonly string[];
}

export interface SharedLayout {
  readonly parts: Readonly<Record<string, PlacedPart>>;
  readonly totalBytes: number;
  /** The layout as it is in the file. */
  readonly json: string;
}

/** Places the parts in their order, each on a page. @throws BadLayoutError */
export function layoutOf(parts: Parts): SharedLayout {
  const places = Object.entries(parts).map(([name, part]) => [name, placed(name, part)] as const);
  if (places.length === 0) throw new BadLayoutError('nothing', 'expected at least one part');
  // An offset never has fewer digits than 0, so the text is measured with room for the longest.
  let end =
    SHARED_HEADER.bytes + Buffer.byteLength(JSON.stringify(Object.fromEntries(places))) + places.length * 10;
  const at = (bytes: number) => {
    const offset = roundUp(end, PAGE_BYTES);
    end = offset + bytes;
    return offset;
  };
  const result = Object.fromEntries(
    places.map(([name, part]) => [name, { ...part, offset: at(bytesOf(part)) }] as const),
  );
  if (end > BYTES_MAX)
    throw new BadLayoutError(
      Object.keys(parts).join(', '),
      `they need ${end} bytes, expected at most ${BYTES_MAX}`,
    );
  return { parts: result, totalBytes: roundUp(end, PAGE_BYTES), json: JSON.stringify(result) };
}

function placed(name: string, part: Part): PlacedPart {
  if (!NAME.test(name))
    throw new BadLayoutError(JSON.stringify(name), 'expected letters, digits and _ as name');
  const none = { kind: part.kind, offset: 0 };
  switch (part.kind) {
    case 'doorbell':
      return { ...none, count: 1, stride: BELL.bytes };
    case 'lock':
      return { ...none, count: 1, stride: CACHE_LINE_BYTES };
    case 'counters': {
      if (part.names.length === 0 || new Set(part.names).size < part.names.length)
        throw new BadLayoutError(name, 'expected one or more names that differ');
      const stride = roundUp(part.names.length * 8, CACHE_LINE_BYTES);
      return { ...none, count: COUNTER_LINES, stride, names: part.names };
    }
    case 'table': {
      const { fields, end } = placeFields(name, part.fields, ROW_HEADER.bytes);
      return { ...none, count: counted(name, part.count), stride: roundUp(end, CACHE_LINE_BYTES), fields };
    }
    case 'ring': {
      const { fields, end } = placeFields(name, part.fields, 0);
      if ((part.count & (part.count - 1)) !== 0)
        throw new BadLayoutError(name, `it has ${part.count} slots, expected a power of two`);
      return { ...none, count: counted(name, part.count), stride: roundUp(end, 8), fields };
    }
  }
}

function counted(name: string, count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= BYTES_MAX) return count;
  throw new BadLayoutError(name, `it has ${count} rows, expected 1 or more`);
}

function placeFields(
  name: string,
  fields: Fields,
  start: number,
): { fields: Record<string, PlacedField>; end: number } {
  const placedFields: Record<string, PlacedField> = {};
  let end = start;
  for (const [field, spec] of Object.entries(fields)) {
    const type = typeof spec === 'string' ? spec : 'text';
    const bytes = typeof spec === 'string' ? (spec === 'u32' || spec === 'i32' ? 4 : 8) : spec.text;
    if (!NAME.test(field) || !Number.isInteger(bytes) || bytes < 1)
      throw new BadLayoutError(
        `${name}.${field}`,
        'expected a name of letters, digits and _, and a size from 1',
      );
    const offset = roundUp(end, type === 'text' ? 1 : bytes);
    placedFields[field] = { type, offset, bytes };
    end = offset + bytes;
  }
  if (end === start) throw new BadLayoutError(name, 'expected at least one field');
  return { fields: placedFields, end };
}

function bytesOf({ kind, count, stride }: PlacedPart): number {
  return (kind === 'ring' ? RING_HEADER.bytes : 0) + count * stride;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** Where two layouts differ first; undefined if they are the same. */
export function differenceOf(
  expected: unknown,
  found: unknown,
  place = '',
): { place: string; expected: string; found: string } | undefined {
  if (!isObject(expected) || !isObject(found)) {
    if (expected === found) return undefined;
    const name = (value: unknown) => (value === undefined ? 'missing' : JSON.stringify(value));
    return { place: place || 'it', expected: name(expected), found: name(found) };
  }
  const keys = new Set([...Object.keys(expected), ...Object.keys(found)]);
  for (const key of keys) {
    const difference = differenceOf(expected[key], found[key], place === '' ? key : `${place}.${key}`);
    if (difference) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
