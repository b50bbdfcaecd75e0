// Answers messages of the order stream with the entries that the report log gets.

import type { StrategyPosition } from '../domain/positions.ts';
import { RejectCode, rejectReason } from '../domain/risk/reject-reasons.ts';
import { ProtocolError } from '../protocol/errors.ts';
import { decodeClientMessage } from '../protocol/order-codec.ts';
import type { BadOrderMessage, OrderMessage } from '../protocol/order-messages.ts';
import type { LogContent, LogEntry, LoggedReport } from '../protocol/report-log.ts';
import type { OrderAnswer, OrderGroup } from './order-group.ts';
import type { OrderRequest } from './order-request.ts';

/** A message of the order stream. */
export interface StreamedOrder {
  /** Its sequence in the stream. */
  readonly sequence: number;
  /** The strategy that may publish it. */
  readonly strategy: string;
  readonly text: string;
}

/** What one message leads to. */
export interface StreamedAnswer {
  readonly strategy: string;
  readonly entry: LogEntry;
  /** Undefined for a message that is no order. */
  readonly executed: { readonly request: OrderRequest; readonly answer: OrderAnswer } | undefined;
}

/** The message cannot be read as an order. */
interface Unreadable {
  readonly unreadable: string;
}

/**
 * Answers the messages in their order, with one entry each. What is to be recorded is in `group` afterwards.
 * @param lastOrderId the newest order before the group
 * @param time of the answers, ISO 8601 in UTC
 */
export function answerMessages(
  messages: readonly StreamedOrder[],
  group: OrderGroup,
  lastOrderId: number,
  time: string,
): StreamedAnswer[] {
  return messages.map(({ sequence, strategy, text }) => {
    const request = toRequest(strategy, text);
    if ('unreadable' in request) {
      const content = { type: 'error', reason: request.unreadable } as const;
      const entry = { content, lastOrderId: lastOrderId + group.orders.length, answered: sequence };
      return { strategy, entry, executed: undefined };
    }
    const positionsBefore = group.positions.length;
    const answer = group.answer(request);
    const content: LogContent = loggedReport(strategy, answer, time, group.positions[positionsBefore]);
    const entry = { content, lastOrderId: lastOrderId + group.orders.length, answered: sequence };
    return { strategy, entry, executed: { request, answer } };
  });
}

/** @param after the position that a fill left; undefined without a new fill */
export function loggedReport(
  strategy: string,
  { report, note }: OrderAnswer,
  time: string,
  after: StrategyPosition | undefined,
): LoggedReport {
  const position = after && { averagePrice: after.averagePrice, realisedPnl: after.realisedPnl };
  return { type: 'report', ...report, strategy, time, ...(note !== undefined && { note }), ...position };
}

function toRequest(strategy: string, text: string): OrderRequest | Unreadable {
  try {
    const message = decodeClientMessage(text);
    if (message.type === 'order' || message.type === 'badOrder') return identified(strategy, message);
    return { unreadable: `order: expected an order, found a ${message.type}` };
  } catch (error) {
    if (error instanceof ProtocolError) return { unreadable: error.message };
    throw error;
  }
}

/** Messages may be read again, and without an id a repeat cannot be told from a new order. */
function identified(strategy: string, message: OrderMessage | BadOrderMessage): OrderRequest {
  if (message.type === 'badOrder') return { strategy, badOrder: message };
  if (message.clOrdId !== undefined) return { strategy, order: message };
  const { type: _, time: _time, marketTime: _marketTime, note: _note, ...fields } = message;
  const expected = '1 to 64 of letters, digits and . _ - :';
  const reason = rejectReason(RejectCode.BAD_CL_ORD_ID, { clOrdId: undefined, expected });
  return { strategy, badOrder: { ...fields, reason } };
}
