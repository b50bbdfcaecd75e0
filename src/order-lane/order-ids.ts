// Client order ids of strategies as numbers: their text is made in src/strategy/cl-ord-ids.ts and lossless-run.ts.

import { LaneOrderIdError } from './errors.ts';
import type { LaneMemory } from './lane-memory.ts';
import { IdKind, REQUEST } from './layout.ts';

const RADIX = 36;
const OF_A_PROCESS = /^([0-9a-z]+)\.([0-9a-z]+)-([0-9]+)$/;
const OF_A_RUN = /^([0-9a-z]+)\.([0-9]+)$/;

/** Where the fields are, from the first of them on. */
const { idKind, idProcess, idSession, idCounter } = REQUEST.at;
const PROCESS_AT = idProcess - idKind;
const SESSION_AT = idSession - idKind;
const COUNTER_AT = idCounter - idKind;

/** An id in numbers. */
export interface OrderId {
  readonly kind: number;
  readonly process: number;
  readonly session: number;
  readonly counter: number;
}

/** @throws LaneOrderIdError */
export function parseOrderId(text: string): OrderId {
  const [, session = '', process = '', counter = ''] = OF_A_PROCESS.exec(text) ?? [];
  const [, run = '', sequence = ''] = OF_A_RUN.exec(text) ?? [];
  const id =
    counter === ''
      ? { kind: IdKind.RUN, process: 0, session: Number.parseInt(run, RADIX), counter: Number(sequence) }
      : {
          kind: IdKind.PROCESS,
          process: Number.parseInt(process, RADIX),
          session: Number.parseInt(session, RADIX),
          counter: Number(counter),
        };
  if (!isOrderId(id) || orderIdText(id) !== text) throw new LaneOrderIdError(text);
  return id;
}

export function orderIdText({ kind, process, session, counter }: OrderId): string {
  const start = session.toString(RADIX);
  return kind === IdKind.RUN ? `${start}.${counter}` : `${start}.${process.toString(RADIX)}-${counter}`;
}

/** @param at of the first field */
export function writeOrderId(memory: LaneMemory, at: number, id: OrderId): void {
  memory.setU32(at, id.kind);
  memory.setU32(at + PROCESS_AT, id.process);
  memory.setF64(at + SESSION_AT, id.session);
  memory.setF64(at + COUNTER_AT, id.counter);
}

/** @param from of the first field */
export function copyOrderId(memory: LaneMemory, from: number, to: number): void {
  for (const field of [0, PROCESS_AT]) memory.setU32(to + field, memory.u32[(from + field) >> 2]);
  for (const field of [SESSION_AT, COUNTER_AT]) memory.setF64(to + field, memory.f64[(from + field) >> 3]);
}

/** Undefined if the fields hold no id. @param at of the first field */
export function readOrderId(memory: LaneMemory, at: number): string | undefined {
  const id = {
    kind: memory.u32[at >> 2],
    process: memory.u32[(at + PROCESS_AT) >> 2],
    session: memory.f64[(at + SESSION_AT) >> 3],
    counter: memory.f64[(at + COUNTER_AT) >> 3],
  };
  return isOrderId(id) ? orderIdText(id) : undefined;
}

function isOrderId({ kind, process, session, counter }: OrderId): boolean {
  const isKind = kind === IdKind.PROCESS || kind === IdKind.RUN;
  return isKind && process <= 0xffffffff && isCount(session) && isCount(counter);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
