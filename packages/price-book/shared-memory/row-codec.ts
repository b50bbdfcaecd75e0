// Rows as objects, to bytes and back.

import { BadValueError } from './errors.ts';
import type { MappedMemory } from './mapped-memory.ts';
import type { Fields, Row } from './parts.ts';
import type { PlacedField, PlacedPart } from './shared-layout.ts';

const TWO_32 = 2 ** 32;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface FieldCodec {
  readonly name: string;
  /** What a value must be, if it is none. */
  readonly fault: (value: unknown) => string | undefined;
  /** `row` is the byte offset of the row. */
  readonly read: (row: number) => number | string;
  readonly write: (row: number, value: number | string) => void;
}

/** Reads and writes the fields of one part's rows. Nothing here is atomic. */
export class RowCodec<F extends Fields> {
  readonly #fields: readonly FieldCodec[];
  readonly #bytes: Uint8Array;
  readonly #part: string;

  constructor(memory: MappedMemory, part: string, { fields = {} }: PlacedPart) {
    this.#part = part;
    this.#bytes = memory.bytes;
    this.#fields = Object.entries(fields).map(([name, field]) => codecOf(memory, name, field));
  }

  /** Throws before anything is written if a value does not fit its field, or has none. @throws BadValueError */
  requireFits(row: Partial<Row<F>>): void {
    const values: Readonly<Record<string, unknown>> = row;
    let known = 0;
    for (const { name, fault } of this.#fields) {
      const value = values[name];
      if (value === undefined) continue;
      known++;
      const expected = fault(value);
      if (expected !== undefined) throw new BadValueError(`${this.#part}.${name}`, value, expected);
    }
    if (known === Object.keys(values).length) return;
    const names = this.#fields.map(({ name }) => name);
    const odd = Object.keys(values).find((name) => !names.includes(name) || values[name] === undefined) ?? '';
    throw new BadValueError(`${this.#part}.${odd}`, values[odd], `one of the fields ${names.join(', ')}`);
  }

  /** Writes the fields that `row` has; the others keep their values. */
  write(offset: number, row: Partial<Row<F>>): void {
    const values: Readonly<Record<string, number | string | undefined>> = row;
    for (const { name, write } of this.#fields) {
      const value = values[name];
      if (value !== undefined) write(offset, value);
    }
  }

  read(offset: number): Row<F> {
    const row: Record<string, number | string> = {};
    for (const { name, read } of this.#fields) row[name] = read(offset);
    return row as Row<F>;
  }

  /** Makes all fields from `offset` to `end` zero. */
  clear(offset: number, end: number): void {
    this.#bytes.fill(0, offset, end);
  }
}

function codecOf(memory: MappedMemory, name: string, { type, offset, bytes }: PlacedField): FieldCodec {
  const { u32, i32, f64 } = memory;
  switch (type) {
    case 'u32':
      return {
        name,
        fault: whole(0, TWO_32 - 1),
        read: (row) => u32[(row + offset) >> 2],
        write: (row, value) => {
          u32[(row + offset) >> 2] = Number(value);
        },
      };
    case 'i32':
      return {
        name,
        fault: whole(-(2 ** 31), 2 ** 31 - 1),
        read: (row) => i32[(row + offset) >> 2],
        write: (row, value) => {
          i32[(row + offset) >> 2] = Number(value);
        },
      };
    case 'u64':
      return {
        name,
        fault: whole(0, Number.MAX_SAFE_INTEGER),
        read: (row) => u32[(row + offset) >> 2] + u32[((row + offset) >> 2) + 1] * TWO_32,
        write: (row, value) => {
          u32[(row + offset) >> 2] = Number(value);
          u32[((row + offset) >> 2) + 1] = Number(value) / TWO_32;
        },
      };
    case 'f64':
      return {
        name,
        fault: (value) => (typeof value === 'number' ? undefined : 'a number'),
        read: (row) => f64[(row + offset) >> 3],
        write: (row, value) => {
          f64[(row + offset) >> 3] = Number(value);
        },
      };
    case 'text':
      return textCodec(memory.bytes, name, offset, bytes);
  }
}

function textCodec(memory: Uint8Array, name: string, offset: number, bytes: number): FieldCodec {
  return {
    name,
    fault: (value) =>
      typeof value === 'string' && !value.includes('\0') && Buffer.byteLength(value) <= bytes
        ? undefined
        : `text of at most ${bytes} bytes of UTF-8, without zero bytes`,
    read(row) {
      const text = memory.subarray(row + offset, row + offset + bytes);
      const end = text.indexOf(0);
      return decoder.decode(end < 0 ? text : text.subarray(0, end));
    },
    write(row, value) {
      const text = memory.subarray(row + offset, row + offset + bytes);
      text.fill(0, encoder.encodeInto(String(value), text).written);
    },
  };
}

function whole(min: number, max: number): (value: unknown) => string | undefined {
  return (value) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `a whole number from ${min} to ${max}`;
}
