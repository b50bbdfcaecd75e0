// Records of fixed size: each field follows the one before it, aligned to its own size.

import assert from 'node:assert/strict';

/** The unit that moves between cores. Writers of different lines do not slow each other down. */
export const CACHE_LINE_BYTES = 64;
/** Every region starts at a multiple of this. */
export const PAGE_BYTES = 4096;

type FieldType = 'u32' | 'i32' | 'u64' | 'f64' | 'text';

/** A field before it has an offset. */
interface FieldSpec {
  readonly type: FieldType;
  readonly bytes: number;
  readonly writtenBy: string;
  readonly meaning: string;
  readonly startsLine: boolean;
}

/** A field of a record. `offset` and `bytes` are bytes. */
export interface Field extends FieldSpec {
  readonly name: string;
  readonly offset: number;
}

/** A record: its size in bytes, and the byte offset of each field by name. */
export interface Struct<Name extends string> {
  readonly title: string;
  readonly bytes: number;
  readonly at: Readonly<Record<Name, number>>;
  readonly fields: readonly Field[];
}

const field =
  (type: FieldType, bytes: number) =>
  (writtenBy: string, meaning: string): FieldSpec => ({ type, bytes, writtenBy, meaning, startsLine: false });

export const u32 = field('u32', 4);
export const i32 = field('i32', 4);
export const u64 = field('u64', 8);
export const f64 = field('f64', 8);

/** ASCII text of at most `bytes`, padded with zero bytes. */
export function text(bytes: number, writtenBy: string, meaning: string): FieldSpec {
  return field('text', bytes)(writtenBy, meaning);
}

/** Moves the field to the start of the next cache line. Fields of different writers must not share a line. */
export function startsLine(spec: FieldSpec): FieldSpec {
  return { ...spec, startsLine: true };
}

/**
 * Gives each field its offset, in the order of `specs`.
 * @param bytes the size of the record; throws AssertionError if the fields do not fit
 */
export function struct<Name extends string>(
  title: string,
  bytes: number,
  specs: Record<Name, FieldSpec>,
): Struct<Name> {
  const at = {} as Record<Name, number>;
  const fields: Field[] = [];
  let end = 0;
  for (const name of Object.keys(specs) as Name[]) {
    const spec = specs[name];
    const offset = roundUp(end, spec.startsLine ? CACHE_LINE_BYTES : alignment(spec));
    at[name] = offset;
    fields.push({ ...spec, name, offset });
    end = offset + spec.bytes;
  }
  assert(end <= bytes, `${title}: the fields need ${end} bytes, the record has ${bytes}`);
  return { title, bytes, at, fields };
}

/** Where an array of records starts, on the first page after `after`, and where it ends. */
export function array(after: number, record: Struct<string>, count: number): { offset: number; end: number } {
  const offset = roundUp(after, PAGE_BYTES);
  return { offset, end: offset + record.bytes * count };
}

function alignment(spec: FieldSpec): number {
  return spec.type === 'text' ? 8 : spec.bytes;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
