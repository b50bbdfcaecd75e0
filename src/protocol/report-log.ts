// The entries of the report log of a cluster: every answer to an order, and every change of who answers and what is halted.
// Each manager builds its record from them, in their order.

import * as v from 'valibot';
import { BadMessageError } from './errors.ts';
import {
  type ErrorMessage,
  errorSchema,
  isName,
  type ReportCopy,
  reportCopySchema,
} from './order-messages.ts';

/** What is true once an entry is in the log. */
export interface LogMarks {
  /** The newest recorded order; 0 when there is none. */
  readonly lastOrderId: number;
  /** Every order up to this sequence of the order stream has its answer in the log. */
  readonly answered: number;
}

/** The report of an order. A recorded one has an order id, and its time; a filled one also what it left of the position. */
export type LoggedReport = ReportCopy & { readonly averagePrice?: number; readonly realisedPnl?: number };

/** A manager became the active one. Nothing that an earlier one publishes later is accepted. */
export interface EpochEntry {
  readonly type: 'epoch';
  /** The revision of the lease when it was taken. */
  readonly epoch: number;
  /** Names the process. */
  readonly holder: string;
}

/** A halt, or the end of one. */
export interface HaltEntry {
  readonly type: 'halt';
  /** Undefined: all trading. */
  readonly strategy?: string;
  readonly halted: boolean;
}

export type LogContent = LoggedReport | ErrorMessage | EpochEntry | HaltEntry;
export type LogEntry = { readonly content: LogContent } & LogMarks;

const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const marksSchema = v.object({ lastOrderId: whole, answered: whole });
const afterSchema = v.object({
  averagePrice: v.exactOptional(v.number()),
  realisedPnl: v.exactOptional(v.number()),
});
const epochSchema = v.object({ type: v.literal('epoch'), epoch: whole, holder: v.string() });
const haltSchema: v.GenericSchema<unknown, HaltEntry> = v.object({
  type: v.literal('halt'),
  strategy: v.exactOptional(v.pipe(v.string(), v.check(isName))),
  halted: v.boolean(),
});
const typeSchema = v.object({ type: v.picklist(['report', 'error', 'epoch', 'halt']) });

/** As the log has it. A strategy reads the same text as a message of the order port. */
export function encodeEntry({ content, lastOrderId, answered }: LogEntry): string {
  return JSON.stringify({ ...content, lastOrderId, answered });
}

/** @throws BadMessageError */
export function decodeEntry(text: string): LogEntry {
  try {
    const fields: unknown = JSON.parse(text);
    return { content: decodeContent(fields), ...v.parse(marksSchema, fields) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError || v.isValiError(cause))) throw cause;
    throw new BadMessageError(`expected an entry of the report log, found ${text.slice(0, 80)}`, { cause });
  }
}

function decodeContent(fields: unknown): LogContent {
  const { type } = v.parse(typeSchema, fields);
  switch (type) {
    case 'report':
      return { ...v.parse(reportCopySchema, fields), ...v.parse(afterSchema, fields) };
    case 'error':
      return v.parse(errorSchema, fields);
    case 'epoch':
      return v.parse(epochSchema, fields);
    default:
      return v.parse(haltSchema, fields);
  }
}
