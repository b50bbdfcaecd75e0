// The messages of the order port: their types, and the schemas that judge what comes in.

import { z } from 'zod';
import type { BadOrder, ExecutionReport, Order } from '../domain/orders.ts';
import type { StrategyPosition, SymbolQuantity } from '../domain/positions.ts';
import { isSymbol } from '../domain/symbol.ts';

/** The strategy of a client that sends orders without a logon. */
export const ANONYMOUS_STRATEGY = 'anonymous';

/** First message of a strategy that has a name; `lastClOrdId` and positions come back in a `LogonAck`. */
export interface Logon {
  type: 'logon';
  /** 1 to 64 of letters, digits and `. _ - :`. */
  strategy: string;
  /**
   * Names the process, which keeps it over its reconnects. Of two processes with one strategy name the second is refused;
   * without it, a new connection replaces the previous one.
   */
  instance?: string;
  /** What proves the right to trade, where the manager asks for it. At most 256 characters. */
  token?: string;
}

/** The refusal of a logon whose strategy name another process uses begins so. */
export const NAME_IN_USE = 'logon: NAME_IN_USE';

/** An order. On the wire `type` may be left out, and `clOrdId` may be a whole number. */
export type OrderMessage = { type: 'order' } & Order;

/** Asks for a copy of every report from now on (a drop copy). Who watches may not trade. */
export interface Watch {
  type: 'watch';
  /** First all positions, and copies of so many recorded reports, at most `HISTORY_MAX`. */
  last?: number;
  /** What proves the right to watch, where the manager asks for it. At most 256 characters. */
  token?: string;
}

/** Reports of the record that a watcher may ask for. */
export const HISTORY_MAX = 1_000;

/** What an order that cannot be read becomes: well-formed JSON whose fields are wrong or missing. */
export type BadOrderMessage = { type: 'badOrder' } & BadOrder;

/** What the manager may receive. */
export type ClientMessage = Logon | OrderMessage | Watch | BadOrderMessage;

/** The answer to a logon. */
export interface LogonAck {
  type: 'logonAck';
  strategy: string;
  /** Without flat ones. */
  positions: SymbolQuantity[];
  /** The id of the last order of this strategy that had one. Absent: there is none. */
  lastClOrdId?: string;
  /** True when another `LogonAck` follows with more positions. */
  more?: boolean;
}

/** The answer to an order. */
export type Report = { type: 'report' } & ExecutionReport;

/** What all strategies hold: the answer to a watch that asks for history. */
export interface WatchAck {
  type: 'watchAck';
  /** Flat ones too, because they carry realised P&L. */
  positions: StrategyPosition[];
  /** The newest order in the record, which is in the positions; 0 when there is none. */
  lastOrderId: number;
  /** True when another `WatchAck` follows with more positions. */
  more?: boolean;
}

/** A copy of a report, for those who watch: whose order it was, and of a recorded one when. */
export type ReportCopy = Report & {
  strategy: string;
  /** When it was recorded, ISO 8601 in UTC. Absent: now. */
  time?: string;
};

/** The answer to a frame that is no message at all, or is out of place. */
export interface ErrorMessage {
  type: 'error';
  reason: string;
}

/** What a client may receive. */
export type ServerMessage = LogonAck | Report | ErrorMessage;

/** What a client that watches may receive. */
export type WatchMessage = WatchAck | ReportCopy | ErrorMessage;

/** With the longest symbols and quantities, so many positions still fit in a frame of 64 KiB. */
const POSITIONS_PER_ACK = 1_000;

/** The answer to a logon, in as many messages as its positions need; all but the last say `more`. */
export function logonAcks(
  strategy: string,
  held: readonly SymbolQuantity[],
  lastClOrdId?: string,
): LogonAck[] {
  return inPieces(
    held,
    POSITIONS_PER_ACK,
    (positions): LogonAck => ({
      type: 'logonAck',
      strategy,
      positions,
      ...(lastClOrdId !== undefined && { lastClOrdId }),
    }),
  );
}

/** With the longest names and numbers, so many still fit in a frame of 64 KiB. */
const POSITIONS_PER_WATCH_ACK = 250;

/** The answer to a watch, in as many messages as the positions need; all but the last say `more`. */
export function watchAcks(positions: readonly StrategyPosition[], lastOrderId: number): WatchAck[] {
  return inPieces(
    positions,
    POSITIONS_PER_WATCH_ACK,
    (some): WatchAck => ({
      type: 'watchAck',
      positions: some,
      lastOrderId,
    }),
  );
}

/** One message at least, also for no positions. */
function inPieces<Position, Ack extends { more?: boolean }>(
  positions: readonly Position[],
  size: number,
  ackOf: (some: Position[]) => Ack,
): Ack[] {
  const acks: Ack[] = [];
  let from = 0;
  do {
    const ack = ackOf(positions.slice(from, from + size));
    from += size;
    if (from < positions.length) ack.more = true;
    acks.push(ack);
  } while (from < positions.length);
  return acks;
}

const NAME = /^[A-Za-z0-9._\-:]{1,64}$/;
const name = z.string().regex(NAME, 'expected 1 to 64 of letters, digits and . _ - :');
const symbol = z.string().refine(isSymbol, 'expected 1 to 16 of letters, digits and . - _ /');
const side = z.enum(['BUY', 'SELL']);
const number = z.number();

const clOrdId = z.exactOptional(z.union([name, z.int().transform(String)]));

export const orderSchema = z.object({
  type: z._default(z.literal('order'), 'order'),
  symbol,
  side,
  quantity: number,
  price: number,
  clOrdId,
  time: z.exactOptional(number),
});

/**
 * The order of a message as strategies send it, all fields there and each of its kind; undefined where
 * `orderSchema` has to judge, and to say what is wrong. Orders are rare, so their code is cold: the schema
 * takes 50 us more than this.
 */
export function plainOrder(fields: Readonly<Record<string, unknown>>): OrderMessage | undefined {
  const { type, time } = fields;
  const asked = plainTrade(fields);
  if (type !== 'order' || !asked || !isNumber(time)) return undefined;
  return { type, ...asked, time };
}

/** What an order asks for, and the report of a filled one repeats. */
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

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

const someFields = {
  clOrdId,
  symbol: z.exactOptional(symbol),
  side: z.exactOptional(side),
  quantity: z.exactOptional(number),
  price: z.exactOptional(number),
};

/** For what is left of a bad order when its wrong fields are taken out. */
export const readableOrderSchema: z.ZodType<Omit<BadOrder, 'reason'>> = z.object(someFields);

const token = z.exactOptional(z.string().max(256));

export const logonSchema: z.ZodType<Logon> = z.object({
  type: z.literal('logon'),
  strategy: name,
  instance: z.exactOptional(name),
  token,
});

export const watchSchema: z.ZodType<Watch> = z.object({
  type: z.literal('watch'),
  last: z.exactOptional(z.int().min(0).max(HISTORY_MAX)),
  token,
});

export const logonAckSchema: z.ZodType<LogonAck> = z.object({
  type: z.literal('logonAck'),
  strategy: name,
  positions: z.array(z.object({ symbol, quantity: z.int() })),
  lastClOrdId: z.exactOptional(name),
  more: z.exactOptional(z.boolean()),
});

const filledFields = {
  type: z.literal('report'),
  status: z.literal('FILLED'),
  clOrdId: z.exactOptional(name),
  orderId: z.int(),
  symbol,
  side,
  quantity: number,
  price: number,
  position: z.int(),
};

const rejectedFields = {
  type: z.literal('report'),
  status: z.literal('REJECTED'),
  reason: z.string(),
  orderId: z.exactOptional(z.int()),
  position: z.exactOptional(z.int()),
  ...someFields,
};

export const reportSchema: z.ZodType<Report> = z.discriminatedUnion('status', [
  z.object(filledFields),
  z.object(rejectedFields),
]);

/**
 * The report of a filled order, in the same way as plainOrder(); undefined where `reportSchema` has to judge.
 */
export function plainReport(fields: Readonly<Record<string, unknown>>): Report | undefined {
  const { type, status, orderId, position } = fields;
  const filled = plainTrade(fields);
  if (type !== 'report' || status !== 'FILLED' || !filled) return undefined;
  if (!isWhole(orderId) || !isWhole(position)) return undefined;
  return { type, status, orderId, position, ...filled };
}

const copyFields = { strategy: name, time: z.exactOptional(z.iso.datetime()) };

export const reportCopySchema: z.ZodType<ReportCopy> = z.discriminatedUnion('status', [
  z.object({ ...filledFields, ...copyFields }),
  z.object({ ...rejectedFields, ...copyFields }),
]);

export const watchAckSchema: z.ZodType<WatchAck> = z.object({
  type: z.literal('watchAck'),
  positions: z.array(
    z.object({ strategy: name, symbol, quantity: z.int(), averagePrice: number, realisedPnl: number }),
  ),
  lastOrderId: z.int().min(0),
  more: z.exactOptional(z.boolean()),
});

export const errorSchema: z.ZodType<ErrorMessage> = z.object({
  type: z.literal('error'),
  reason: z.string(),
});
