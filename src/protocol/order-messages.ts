// The messages of the order port: their types, and the schemas that validate received ones.

import * as v from 'valibot';
import { isNote } from '../domain/order-note.ts';
import type { BadOrder, ExecutionReport, Order } from '../domain/orders.ts';
import type { StrategyPosition, SymbolPosition } from '../domain/positions.ts';
import { isSymbol, SYMBOL_EXPECTED } from '../domain/symbol.ts';
import { MARKET_TIME_MS_MAX } from './market-time.ts';

/** The strategy of a client that sends orders without a logon. */
export const ANONYMOUS_STRATEGY = 'anonymous';

/** The version of the exchange of proofs. It is part of what is proved. */
export const LOGON_VERSION = 1;

/**
 * First message of a strategy that has a name. Answered by one or more `LogonAck`; if the OrderManager requires tokens,
 * by a `Challenge` first.
 */
export interface Logon {
  type: 'logon';
  /** 1 to 64 of letters, digits and `. _ - :`. */
  strategy: string;
  /**
   * Names the process, which keeps it over its reconnects. Of two processes with one strategy name the second
   * is refused; without it, a new connection replaces the previous one.
   */
  instance?: string;
  /** Names the clock of the orders' `time`. Without it, or on another clock, latencies are not measured. */
  clock?: number;
  /** Asks for average prices and realised P&L, also of symbols that are flat. */
  pnl?: true;
  /** Asks the OrderManager to prove itself, if it requires tokens: 32 to 128 hexadecimal digits. */
  nonce?: string;
  /** Refused where tokens are required: a token must not cross a socket. */
  token?: string;
  /** Orders and reports go by this order lane: 8 and 32 hexadecimal digits, `<id>.<key>`. */
  lane?: string;
}

/** A lane in a `Logon`: which file, and what its header has. */
export const LANE_NAME = /^([0-9a-f]{8})\.([0-9a-f]{32})$/;
/** Start of the refusal of a logon whose lane cannot be used. */
export const LANE_REFUSED = 'logon: LANE_REFUSED';

/** Answers the nonce of a `Logon` or `Watch`: the server's proof, and what the client has to prove. */
export interface Challenge {
  type: 'challenge';
  version: number;
  nonce: string;
  /** HMAC-SHA256 in hexadecimal. */
  proof: string;
}

/** Answers a `Challenge`. */
export interface Proof {
  type: 'proof';
  /** HMAC-SHA256 in hexadecimal. */
  proof: string;
}

/** Start of the refusal of a logon whose strategy name another process uses. */
export const NAME_IN_USE = 'logon: NAME_IN_USE';

/** An order. On the wire `type` may be left out, and `clOrdId` may be a whole number. */
export type OrderMessage = { type: 'order' } & Order;

/** Asks for a copy of every report from now on (a drop copy). A client that watches cannot trade. */
export interface Watch {
  type: 'watch';
  /** Asks for all positions and this many recorded reports first, at most `HISTORY_MAX`. */
  last?: number;
  /** Asks for `HaltsMessage`s: the halts now, and again whenever they change. */
  halts?: true;
  /** As in `Logon`. */
  nonce?: string;
  /** As in `Logon`. */
  token?: string;
}

/** Most recorded reports that a watcher can ask for. */
export const HISTORY_MAX = 1_000;

/** An order in valid JSON whose fields are wrong or missing. */
export type BadOrderMessage = { type: 'badOrder' } & BadOrder;

/** The OrderManager receives these. */
export type ClientMessage = Logon | OrderMessage | Watch | Proof | BadOrderMessage;

/** The answer to a logon. */
export interface LogonAck {
  type: 'logonAck';
  strategy: string;
  /** Without flat ones, unless the logon asked for `pnl` and they realised any. */
  positions: SymbolPosition[];
  /** The id of this strategy's last order that had one. Absent: none had. */
  lastClOrdId?: string;
  /** True when another `LogonAck` follows with more positions. */
  more?: boolean;
  /** True if orders are read from the lane that the logon named, and not from this connection. */
  lane?: true;
}

/** The answer to an order. */
export type Report = { type: 'report' } & ExecutionReport;

/** The positions of all strategies: answers a watch that asks for history. */
export interface WatchAck {
  type: 'watchAck';
  /** Flat ones too, because they carry realised P&L. */
  positions: StrategyPosition[];
  /** The newest recorded order, which the positions include; 0 when there is none. */
  lastOrderId: number;
  /** True when another `WatchAck` follows with more positions. */
  more?: boolean;
}

/** What the kill switch halts, for a watcher that asked. Replaces the previous one. */
export interface HaltsMessage {
  type: 'halts';
  /** No strategy may trade. */
  all: boolean;
  /** These strategies may not trade, in alphabetical order. */
  strategies: string[];
}

/** A copy of a report, for watchers. */
export type ReportCopy = Report & {
  strategy: string;
  /** When it was recorded, ISO 8601 in UTC. Absent: it is new. */
  time?: string;
  /** The note of the order, if it has one. */
  note?: string;
};

/** The answer to a frame that is not a message, or not allowed now. */
export interface ErrorMessage {
  type: 'error';
  reason: string;
}

/** A client that trades receives these. */
export type ServerMessage = Challenge | LogonAck | Report | ErrorMessage;

/** A client that watches receives these. */
export type WatchMessage = Challenge | WatchAck | HaltsMessage | ReportCopy | ErrorMessage;

const NAME = /^[A-Za-z0-9._\-:]{1,64}$/;

/** Whether a text can be the name of a strategy, or a client order id. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

const name = v.pipe(v.string(), v.regex(NAME, 'expected 1 to 64 of letters, digits and . _ - :'));
const symbol = v.pipe(v.string(), v.check(isSymbol, `expected ${SYMBOL_EXPECTED}`));
const side = v.picklist(['BUY', 'SELL']);
const number = v.pipe(v.number(), v.finite());
const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));

const clOrdId = v.exactOptional(v.union([name, v.pipe(integer, v.transform(String))]));

const marketTime = v.exactOptional(
  v.pipe(integer, v.minValue(-MARKET_TIME_MS_MAX), v.maxValue(MARKET_TIME_MS_MAX)),
);

const note = v.exactOptional(v.custom<string>(isNote));

export const orderSchema = v.object({
  type: v.optional(v.literal('order'), 'order'),
  symbol,
  side,
  quantity: number,
  price: number,
  clOrdId,
  time: v.exactOptional(number),
  marketTime,
  note,
});

/**
 * Decodes an order that has every field with the right type, as strategies send them. Returns undefined for
 * any other, which `orderSchema` then validates and explains. Orders are rare, so this code runs cold, and
 * the schema would last 50 us longer.
 */
export function plainOrder(fields: Readonly<Record<string, unknown>>): OrderMessage | undefined {
  const { type, time, marketTime, note } = fields;
  const asked = plainTrade(fields);
  if (type !== 'order' || !asked || !isNumber(time) || !isMarketTime(marketTime)) return undefined;
  if (note !== undefined && !isNote(note)) return undefined;
  return {
    type,
    ...asked,
    time,
    ...(marketTime !== undefined && { marketTime }),
    ...(note !== undefined && { note }),
  };
}

/** The fields that an order and the report of its fill have in common. */
function plainTrade({ symbol, side, quantity, price, clOrdId }: Readonly<Record<string, unknown>>) {
  if (side !== 'BUY' && side !== 'SELL') return undefined;
  if (typeof symbol !== 'string' || !isSymbol(symbol)) return undefined;
  if (typeof clOrdId !== 'string' || !NAME.test(clOrdId)) return undefined;
  if (!isNumber(quantity) || !isNumber(price)) return undefined;
  return { symbol, side, quantity, price, clOrdId } as const;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isMarketTime(value: unknown): value is number | undefined {
  if (value === undefined) return true;
  return isWhole(value) && Math.abs(value) <= MARKET_TIME_MS_MAX;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

const someFields = {
  clOrdId,
  symbol: v.exactOptional(symbol),
  side: v.exactOptional(side),
  quantity: v.exactOptional(number),
  price: v.exactOptional(number),
};

/** Validates a bad order without its wrong fields. */
export const readableOrderSchema: v.GenericSchema<unknown, Omit<BadOrder, 'reason'>> = v.object(someFields);

const token = v.exactOptional(v.pipe(v.string('expected text'), v.maxLength(256)));
const nonce = v.pipe(v.string(), v.regex(/^[0-9a-f]{32,128}$/, 'expected 32 to 128 hexadecimal digits'));
const proof = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'));

export const logonSchema: v.GenericSchema<unknown, Logon> = v.object({
  type: v.literal('logon'),
  strategy: name,
  instance: v.exactOptional(name),
  clock: v.exactOptional(integer),
  pnl: v.exactOptional(v.literal(true)),
  nonce: v.exactOptional(nonce),
  token,
  lane: v.exactOptional(
    v.pipe(v.string(), v.regex(LANE_NAME, 'expected 8 and 32 hexadecimal digits with a dot between them')),
  ),
});

export const watchSchema: v.GenericSchema<unknown, Watch> = v.object({
  type: v.literal('watch'),
  last: v.exactOptional(v.pipe(count, v.maxValue(HISTORY_MAX))),
  nonce: v.exactOptional(nonce),
  halts: v.exactOptional(v.literal(true)),
  token,
});

export const challengeSchema: v.GenericSchema<unknown, Challenge> = v.object({
  type: v.literal('challenge'),
  version: integer,
  nonce,
  proof,
});

export const proofSchema: v.GenericSchema<unknown, Proof> = v.object({ type: v.literal('proof'), proof });

export const logonAckSchema: v.GenericSchema<unknown, LogonAck> = v.object({
  type: v.literal('logonAck'),
  strategy: name,
  positions: v.array(
    v.object({
      symbol,
      quantity: number,
      averagePrice: v.exactOptional(number),
      realisedPnl: v.exactOptional(number),
    }),
  ),
  lastClOrdId: v.exactOptional(name),
  more: v.exactOptional(v.boolean()),
  lane: v.exactOptional(v.literal(true)),
});

const filledFields = {
  type: v.literal('report'),
  status: v.literal('FILLED'),
  clOrdId: v.exactOptional(name),
  orderId: integer,
  symbol,
  side,
  quantity: number,
  price: number,
  limit: v.exactOptional(number),
  fee: v.exactOptional(v.pipe(number, v.minValue(0))),
  position: number,
  marketTime,
};

const rejectedFields = {
  type: v.literal('report'),
  status: v.literal('REJECTED'),
  reason: v.string(),
  orderId: v.exactOptional(integer),
  position: v.exactOptional(number),
  marketTime,
  ...someFields,
};

export const reportSchema: v.GenericSchema<unknown, Report> = v.variant('status', [
  v.object(filledFields),
  v.object(rejectedFields),
]);

/**
 * Decodes the report of a filled order, like plainOrder(). Returns undefined when `reportSchema` has to
 * validate it.
 */
export function plainReport(fields: Readonly<Record<string, unknown>>): Report | undefined {
  const { type, status, orderId, position, marketTime, limit, fee } = fields;
  const filled = plainTrade(fields);
  if (type !== 'report' || status !== 'FILLED' || !filled) return undefined;
  if (limit !== undefined || fee !== undefined) return undefined;
  if (!isWhole(orderId) || !isNumber(position) || !isMarketTime(marketTime)) return undefined;
  return { type, status, orderId, position, ...filled, ...(marketTime !== undefined && { marketTime }) };
}

const copyFields = { strategy: name, time: v.exactOptional(v.pipe(v.string(), v.isoTimestamp())), note };

export const reportCopySchema: v.GenericSchema<unknown, ReportCopy> = v.variant('status', [
  v.object({ ...filledFields, ...copyFields }),
  v.object({ ...rejectedFields, ...copyFields }),
]);

export const watchAckSchema: v.GenericSchema<unknown, WatchAck> = v.object({
  type: v.literal('watchAck'),
  positions: v.array(
    v.object({ strategy: name, symbol, quantity: number, averagePrice: number, realisedPnl: number }),
  ),
  lastOrderId: count,
  more: v.exactOptional(v.boolean()),
});

export const haltsSchema: v.GenericSchema<unknown, HaltsMessage> = v.object({
  type: v.literal('halts'),
  all: v.boolean(),
  strategies: v.array(name),
});

export const errorSchema: v.GenericSchema<unknown, ErrorMessage> = v.object({
  type: v.literal('error'),
  reason: v.string(),
});
