// Parts of messages that every exchange has.

import { quoted } from '../feed-errors.ts';
import { parseTimestamp, type Timestamp } from '../timestamp.ts';
import { type ExactJson, idIn, textIn } from './exact-json.ts';
import type { MessagePart } from './exchange.ts';

export const OTHER: readonly MessagePart[] = [{ kind: 'other' }];

/** The fields of a trade, as they are in the message. */
interface TradeFields {
  readonly symbol: ExactJson | undefined;
  readonly price: ExactJson | undefined;
  readonly tradeId: ExactJson | undefined;
  readonly time: ExactJson | undefined;
}

/** A trade, or the field that it lacks. @param message for the description of a problem */
export function tradePart(message: string, fields: TradeFields): MessagePart {
  const symbol = textIn(fields.symbol);
  const price = textIn(fields.price);
  const tradeId = idIn(fields.tradeId);
  const time = timeOf(textIn(fields.time));
  if (symbol === '') return malformed('a trade with a symbol', message);
  if (price === '') return malformed('a trade with a price', message);
  if (tradeId === undefined) return malformed('a trade with an id from 1 on', message);
  if (time === undefined) return malformed('a trade with a time', message);
  return { kind: 'trade', symbol, price, tradeId, time };
}

export function lastTradePart(message: string, symbol: ExactJson | undefined, id: ExactJson | undefined) {
  const tradeId = idIn(id);
  if (tradeId === undefined || textIn(symbol) === '') return malformed('the last trade', message);
  return { kind: 'last-trade', symbol: textIn(symbol), tradeId } as const;
}

/** @param expected what the protocol has there */
export function malformed(expected: string, message: string): MessagePart {
  return { kind: 'malformed', problem: `expected ${expected}, received ${quoted(message)}` };
}

/** A time in ms since 1970, or in ISO 8601. */
function timeOf(text: string): Timestamp | undefined {
  return /^\d{13}$/.test(text) ? { epochMs: Number(text), ns: 0 } : parseTimestamp(text);
}
