// The parts of a shared file, as its processes declare them: all give the same ones.

/** Whole numbers of 32 bits, whole numbers from 0 to 2^53, doubles, or text of at most so many bytes of UTF-8. */
export type FieldType = 'u32' | 'i32' | 'u64' | 'f64' | { readonly text: number };

/** The fields of a row, in their order in memory. */
export type Fields = Readonly<Record<string, FieldType>>;

/** A row as an object: text is a string, every other field a number. */
export type Row<F extends Fields> = {
  -readonly [Name in keyof F]: F[Name] extends { readonly text: number } ? string : number;
};

export interface TablePart<F extends Fields = Fields> {
  readonly kind: 'table';
  readonly count: number;
  readonly fields: F;
}

export interface RingPart<F extends Fields = Fields> {
  readonly kind: 'ring';
  readonly count: number;
  readonly fields: F;
}

export interface DoorbellPart {
  readonly kind: 'doorbell';
}

export interface LockPart {
  readonly kind: 'lock';
}

export interface CountersPart<Name extends string = string> {
  readonly kind: 'counters';
  readonly names: readonly Name[];
}

export type Part = TablePart | RingPart | DoorbellPart | LockPart | CountersPart;
export type Parts = Readonly<Record<string, Part>>;

/** A table of `count` rows. Its writer replaces them, and a reader never sees half a row. */
export function table<const F extends Fields>(count: number, fields: F): TablePart<F> {
  return { kind: 'table', count, fields };
}

/** The last `count` rows that were pushed, a power of two. A reader gets each row once, and knows how many it missed. */
export function ring<const F extends Fields>(count: number, fields: F): RingPart<F> {
  return { kind: 'ring', count, fields };
}

/** Wakes processes that wait. */
export function doorbell(): DoorbellPart {
  return { kind: 'doorbell' };
}

/** A lock that one process holds at a time, and that its death frees. */
export function lock(): LockPart {
  return { kind: 'lock' };
}

/** Sums over all processes that count, dead ones too. */
export function counters<const Name extends string>(...names: Name[]): CountersPart<Name> {
  return { kind: 'counters', names };
}
