// Decodes and encodes the messages of the order port.

import * as v from 'valibot';
import { jsonFault } from '../domain/json-fault.ts';
import { repeatedKey } from '../domain/json-keys.ts';
import { NOTE_EXPECTED } from '../domain/order-note.ts';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { RejectCode, rejectReason, shown, unicodeEscape } from '../domain/risk/reject-reasons.ts';
import { isSymbol, SYMBOL_EXPECTED } from '../domain/symbol.ts';
import { BadMessageError, MessageTooLongError } from './errors.ts';
import { FRAME_BYTES_MAX, MESSAGE_DELIMITER } from './frames.ts';
import {
  type BadOrderMessage,
  type ClientMessage,
  challengeSchema,
  errorSchema,
  haltsSchema,
  isName,
  type Logon,
  logonAckSchema,
  logonSchema,
  type OrderMessage,
  orderSchema,
  type Proof,
  plainOrder,
  plainReport,
  proofSchema,
  readableOrderSchema,
  reportCopySchema,
  reportSchema,
  type ServerMessage,
  type Watch,
  type WatchMessage,
  watchAckSchema,
  watchSchema,
} from './order-messages.ts';
import { decodeUsualOrder } from './usual-order.ts';

/**
 * Decodes a frame of a client. An order with wrong or missing fields becomes a `badOrder` with the reason to
 * reject it. Unknown fields are ignored.
 * @param text the frame, without its delimiter
 * @throws BadMessageError unless the text is a JSON object of a known type, and a logon, watch or proof has
 *   valid fields
 */
export function decodeClientMessage(text: string): ClientMessage {
  const order = decodeUsualOrder(text);
  if (order !== undefined) return order;
  const fields = parseObject(text);
  switch (fields.type) {
    case undefined:
    case 'order':
      return decodeOrder(fields);
    case 'logon':
      return decodeAs(logonSchema, fields);
    case 'watch':
      return decodeAs(watchSchema, fields);
    case 'proof':
      return decodeAs(proofSchema, fields);
    default:
      throw new BadMessageError(`expected type logon, order, watch or proof, found ${shown(fields.type)}`);
  }
}

/**
 * Decodes a frame that the OrderManager sends to a trading client.
 * @param text the frame, without its delimiter
 * @throws BadMessageError unless the text is a valid challenge, logonAck, report or error
 */
export function decodeServerMessage(text: string): ServerMessage {
  const fields = parseObject(text);
  switch (fields.type) {
    case 'report':
      return plainReport(fields) ?? decodeAs(reportSchema, fields);
    case 'logonAck':
      return decodeAs(logonAckSchema, fields);
    case 'challenge':
      return decodeAs(challengeSchema, fields);
    case 'error':
      return decodeAs(errorSchema, fields);
    default:
      throw new BadMessageError(`expected type report, logonAck or error, found ${shown(fields.type)}`);
  }
}

/**
 * Decodes a frame that the OrderManager sends to a watching client.
 * @param text the frame, without its delimiter
 * @throws BadMessageError unless the text is a valid challenge, watchAck, halts, copy of a report or error
 */
export function decodeWatchMessage(text: string): WatchMessage {
  const fields = parseObject(text);
  switch (fields.type) {
    case 'report':
      return decodeAs(reportCopySchema, fields);
    case 'watchAck':
      return decodeAs(watchAckSchema, fields);
    case 'challenge':
      return decodeAs(challengeSchema, fields);
    case 'halts':
      return decodeAs(haltsSchema, fields);
    case 'error':
      return decodeAs(errorSchema, fields);
    default:
      throw new BadMessageError(
        `expected type report, watchAck, halts or error, found ${shown(fields.type)}`,
      );
  }
}

/** Other characters than ASCII, and the delimiter, which stands only within texts: JSON itself has none. */
const NOT_IN_FRAMES = /[^\0-)+-\x7f]/g;

/**
 * Encodes a message as a frame, with its delimiter, in ASCII. A delimiter within a text is escaped.
 * @throws MessageTooLongError
 */
export function encodeMessage(
  message: Logon | OrderMessage | Watch | Proof | ServerMessage | WatchMessage,
): string {
  const frame = jsonFrame(message);
  if (frame.length > FRAME_BYTES_MAX) throw new MessageTooLongError(message.type, frame.length);
  return frame;
}

/** Any object as a frame, in ASCII. */
export function jsonFrame(message: object): string {
  return JSON.stringify(message).replace(NOT_IN_FRAMES, unicodeEscape) + MESSAGE_DELIMITER;
}

/**
 * Encodes a report like encodeMessage(), and one of an order that was filled at its own price and without a fee in a fifth of
 * the time.
 */
export function encodeReport(report: ExecutionReport): string {
  return usualReport(report) ?? encodeMessage({ type: 'report', ...report });
}

function usualReport(report: ExecutionReport): string | undefined {
  if (report.status !== 'FILLED' || report.limit !== undefined || report.fee !== undefined) return undefined;
  const { clOrdId, orderId, symbol, side, quantity, price, position, marketTime } = report;
  // JSON escapes nothing in these texts, and has no other numbers.
  if (clOrdId === undefined || !isName(clOrdId) || !isSymbol(symbol)) return undefined;
  if (!Number.isFinite(quantity + price + position)) return undefined;
  const time = marketTime === undefined ? '' : `,"marketTime":${marketTime}`;
  return `{"type":"report","status":"FILLED","clOrdId":"${clOrdId}","orderId":${orderId},"symbol":"${symbol}","side":"${side}","quantity":${quantity},"price":${price},"position":${position}${time}}${MESSAGE_DELIMITER}`;
}

type Fields = { type?: unknown; [field: string]: unknown };

function parseObject(text: string): Fields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    // Shows only the start, because a logon contains a token.
    const fault = jsonFault(text, 'frame');
    const found = `found a text that begins ${shown(text.slice(0, 8))}`;
    throw new BadMessageError(`expected a JSON object, ${found}${fault && `; ${fault}`}`, { cause });
  }
  if (!isObject(parsed)) throw new BadMessageError(`expected a JSON object, found ${shown(parsed)}`);
  const repeated = repeatedKey(text);
  if (repeated !== undefined)
    throw new BadMessageError(`expected each key once, found ${shown(repeated)} twice`);
  return parsed;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeAs<T>(schema: v.GenericSchema<unknown, T>, fields: Fields): T {
  const result = v.safeParse(schema, fields);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new BadMessageError(`${fields.type}: ${v.getDotPath(issue)}${faultOf(issue)}`);
}

/** What follows the name of a field that breaks its schema. */
function faultOf({ received, expected, message }: v.BaseIssue<unknown>): string {
  if (received === 'undefined') return ' is missing';
  const isDefault = message.startsWith('Invalid '); // the library's
  return isDefault ? `: expected ${expected}, found ${received}` : `: ${message}`;
}

type OrderField = keyof Order;

const WRONG_FIELD: Record<OrderField, { code: RejectCode; expected: string }> = {
  symbol: { code: RejectCode.BAD_SYMBOL, expected: SYMBOL_EXPECTED },
  side: { code: RejectCode.BAD_SIDE, expected: 'BUY|SELL' },
  quantity: { code: RejectCode.BAD_QUANTITY, expected: 'number' },
  price: { code: RejectCode.BAD_PRICE, expected: 'number' },
  clOrdId: { code: RejectCode.BAD_CL_ORD_ID, expected: '1 to 64 of letters, digits and . _ - :' },
  time: { code: RejectCode.BAD_TIME, expected: 'number' },
  marketTime: { code: RejectCode.BAD_MARKET_TIME, expected: 'whole number of ms since 1970' },
  note: { code: RejectCode.BAD_NOTE, expected: NOTE_EXPECTED },
};

function decodeOrder(fields: Fields): OrderMessage | BadOrderMessage {
  const plain = plainOrder(fields);
  if (plain) return plain;
  const result = v.safeParse(orderSchema, fields);
  if (result.success) return result.output;
  const wrong = result.issues.map((issue) => issue.path?.[0].key as OrderField);
  const [first] = wrong;
  const { code, expected } = WRONG_FIELD[first];
  const readable = Object.entries(fields).filter(([field]) => !wrong.includes(field as OrderField));
  return {
    type: 'badOrder',
    reason: rejectReason(code, { [first]: fields[first], expected }),
    ...v.parse(readableOrderSchema, Object.fromEntries(readable)),
  };
}
