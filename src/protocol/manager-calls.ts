// What strategies and commands ask the active OrderManager of a cluster, and its answers.

import * as v from 'valibot';
import { BadMessageError } from './errors.ts';
import { isName, type LogonAck, logonAckSchema } from './order-messages.ts';

/** A strategy is there: sent every second. */
export interface StrategyCall {
  readonly strategy: string;
  /** Names the process. Of two with one strategy name the second is refused. */
  readonly instance: string;
  /** Names the clock of the orders' `time`. */
  readonly clock: number;
  /** Asks for all positions. */
  readonly logon: boolean;
}

/** What each part of an answer says besides the positions. */
export interface ManagerState {
  /** Names the active manager. */
  readonly epoch: number;
  /** The positions have every order in the report log up to this sequence. */
  readonly sequence: number;
}

/** A part of the answer to a logon; the last one has no `more`. Without a logon it has no positions. */
export type StrategyAnswer = ({ readonly ack: LogonAck } & ManagerState) | { readonly refused: string };

/** Halts or resumes. */
export interface HaltCall {
  /** Undefined: all trading. */
  readonly strategy?: string;
  readonly halted: boolean;
}

/** A strategy of this name has never ordered, and is not there: these are. */
export interface UnknownStrategy {
  readonly unknown: readonly string[];
}

/** The halts that the active manager has put into the log. */
export interface HaltConfirmed {
  /** Names the process that confirms it. */
  readonly holder: string;
  readonly all: boolean;
  readonly strategies: readonly string[];
  /** Whether the kill switch of its machine halts something too. */
  readonly local: boolean;
}

export type HaltAnswer = HaltConfirmed | UnknownStrategy;

const name = v.pipe(v.string(), v.check(isName));
const whole = v.pipe(v.number(), v.safeInteger());

export const strategyCallSchema: v.GenericSchema<unknown, StrategyCall> = v.object({
  strategy: name,
  instance: name,
  clock: whole,
  logon: v.boolean(),
});

export const strategyAnswerSchema: v.GenericSchema<unknown, StrategyAnswer> = v.union([
  v.object({ ack: logonAckSchema, epoch: whole, sequence: whole }),
  v.object({ refused: v.string() }),
]);

export const haltCallSchema: v.GenericSchema<unknown, HaltCall> = v.object({
  strategy: v.exactOptional(name),
  halted: v.boolean(),
});

export const haltAnswerSchema: v.GenericSchema<unknown, HaltAnswer> = v.union([
  v.object({ holder: v.string(), all: v.boolean(), strategies: v.array(name), local: v.boolean() }),
  v.object({ unknown: v.array(name) }),
]);

/** @throws BadMessageError */
export function decodeCall<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || v.isValiError(cause))) throw cause;
    throw new BadMessageError(`expected a call of the OrderManager, found ${text.slice(0, 80)}`, { cause });
  }
}
