// The table of counters that the processes of a book keep. The user of the package defines it.

import { CounterTableError } from './errors.ts';
import { COUNTER_CAPACITY, COUNTER_LABEL_BYTES, COUNTER_SET_VALUES } from './layout.ts';

/** One counter of a table. */
export interface CounterDefinition {
  /**
   * A sum continues when its process restarts, and moves to another book with it. A position continues too, but belongs to
   * one book. A gauge starts again at 0.
   */
  readonly kind: 'sum' | 'position' | 'gauge';
}

/** The part before the dot of a counter's name, `process.counter`. */
export type CounterOwner<Name extends string> = Name extends `${infer Owner}.pid` ? Owner : never;

/** The counters that Counters itself writes. The table defines them for every process. */
const OF_EVERY_PROCESS = ['pid', 'starts', 'heartbeatNs', 'longestLoopNs'] as const;
const NAME = /^[\x21-\x2d\x2f-\x7e]+\.[\x21-\x7e]+$/;

/**
 * Counters by name, `process.counter`. The position of a counter in the table is its id in shared memory, so every
 * process of a book needs the same table: append new counters at the end.
 */
export class CounterTable<Name extends string> {
  /** All names, in the order of their ids. */
  readonly names: readonly Name[];
  readonly #definitions: Readonly<Record<Name, CounterDefinition>>;
  readonly #ids: ReadonlyMap<string, number>;

  /**
   * @param definitions at most 256 counters; for each process also `pid`, `starts`, `heartbeatNs` and `longestLoopNs`
   * @throws CounterTableError
   */
  constructor(definitions: Readonly<Record<Name, CounterDefinition>>) {
    this.names = Object.keys(definitions) as Name[];
    this.#definitions = definitions;
    this.#ids = new Map(this.names.map((name, id) => [name, id]));
    const fault = tableFault(this.names);
    if (fault) throw new CounterTableError(fault);
  }

  /** The id of a counter. @throws CounterTableError if the table does not define it */
  idOf(name: string): number {
    const id = this.#ids.get(name);
    if (id === undefined) throw new CounterTableError(`"${name}" is not defined`);
    return id;
  }

  kindOf(name: Name): CounterDefinition['kind'] {
    return this.#definitions[name].kind;
  }

  /** The names of one process's counters, in the order of their ids. */
  namesOf(owner: CounterOwner<Name>): Name[] {
    return this.names.filter((name) => name.startsWith(`${owner}.`));
  }
}

function tableFault(names: readonly string[]): string | undefined {
  if (names.length > COUNTER_CAPACITY)
    return `it has ${names.length} counters, expected at most ${COUNTER_CAPACITY}`;
  const bad = names.find((name) => !NAME.test(name) || name.length > COUNTER_LABEL_BYTES);
  if (bad !== undefined)
    return `expected "process.counter" in up to ${COUNTER_LABEL_BYTES} visible ASCII characters, found "${bad}"`;
  const owners = new Set(names.map((name) => name.slice(0, name.indexOf('.'))));
  const ofAnOwner = (owner: string) => names.filter((name) => name.startsWith(`${owner}.`)).length;
  const large = [...owners].find((owner) => ofAnOwner(owner) > COUNTER_SET_VALUES);
  if (large !== undefined)
    return `${large} has ${ofAnOwner(large)} counters, expected at most ${COUNTER_SET_VALUES}`;
  const defined = new Set(names);
  return [...owners]
    .flatMap((owner) => OF_EVERY_PROCESS.map((counter) => `${owner}.${counter}`))
    .filter((name) => !defined.has(name))
    .map((name) => `"${name}" is missing`)[0];
}
