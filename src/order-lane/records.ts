// Orders and reports as the records of a lane. Numbers are the doubles that JSON carries too, so an order and its report
// are the same to the last bit on both paths.

import { isNote, NOTE_BYTES_MAX } from '../domain/order-note.ts';
import type { ExecutionReport, Order } from '../domain/orders.ts';
import { RecentTexts } from '../domain/recent-texts.ts';
import { isSymbol, SYMBOL_LENGTH_MAX } from '../domain/symbol.ts';
import { isName } from '../protocol/order-messages.ts';
import { beginRecord, endRecord, isIntact, type LaneMemory } from './lane-memory.ts';
import { ID_BYTES, REASON_BYTES, REPORT, REQUEST, Side, Status } from './layout.ts';

/** An order with its client order id. */
export type LaneOrder = Order & { readonly clOrdId: string };

/** A request without a note ends before it, like a filled report before its reason. */
const REQUEST_USED = REQUEST.at.note;
/** A filled report ends before its reason, which nobody has to write or read. */
const FILLED_USED = REPORT.at.reason;

const symbols = new RecentTexts();

export function writeRequest(
  memory: LaneMemory,
  at: number,
  number: number,
  { symbol, side, quantity, price, time, marketTime, clOrdId, note = '' }: LaneOrder,
): void {
  beginRecord(memory, at);
  memory.setU32(at + REQUEST.at.side, Side[side]);
  memory.setF64(at + REQUEST.at.quantity, quantity);
  memory.setF64(at + REQUEST.at.price, price);
  memory.setF64(at + REQUEST.at.time, time ?? Number.NaN);
  memory.setF64(at + REQUEST.at.marketTime, marketTime ?? Number.NaN);
  memory.writeText(at + REQUEST.at.symbol, SYMBOL_LENGTH_MAX, symbol);
  memory.writeText(at + REQUEST.at.clOrdId, ID_BYTES, clOrdId);
  if (note === '') memory.setU32(at + REQUEST.at.note, 0);
  else memory.writeText(at + REQUEST.at.note, NOTE_BYTES_MAX, note, 'utf8');
  endRecord(memory, at, number, usedByRequest(memory, at));
}

/** The order in a whole record; undefined if it was overwritten with something else. */
export function readRequest(memory: LaneMemory, at: number, number: number): LaneOrder | undefined {
  const used = usedByRequest(memory, at);
  if (!isIntact(memory, at, number, used)) return undefined;
  const note =
    used === REQUEST_USED ? undefined : memory.readText(at + REQUEST.at.note, NOTE_BYTES_MAX, 'utf8');
  if (note !== undefined && !isNote(note)) return undefined;
  const { f64 } = memory;
  const side = sideOf(memory, at + REQUEST.at.side);
  const symbol = symbols.same(memory.readText(at + REQUEST.at.symbol, SYMBOL_LENGTH_MAX));
  const clOrdId = memory.readText(at + REQUEST.at.clOrdId, ID_BYTES);
  const quantity = f64[(at + REQUEST.at.quantity) >> 3];
  const price = f64[(at + REQUEST.at.price) >> 3];
  const time = f64[(at + REQUEST.at.time) >> 3];
  const marketTime = f64[(at + REQUEST.at.marketTime) >> 3];
  if (side === undefined || !isSymbol(symbol) || !isName(clOrdId)) return undefined;
  if (Number.isNaN(quantity) || Number.isNaN(price)) return undefined;
  const order: LaneOrder = { symbol, side, quantity, price, clOrdId };
  if (!Number.isNaN(time)) order.time = time;
  if (!Number.isNaN(marketTime)) order.marketTime = marketTime;
  if (note !== undefined) order.note = note;
  return order;
}

function usedByRequest({ bytes }: LaneMemory, at: number): number {
  return bytes[at + REQUEST.at.note] === 0 ? REQUEST_USED : REQUEST.bytes;
}

/** @param request the order that is answered: what the report does not repeat is its */
export function writeReport(
  memory: LaneMemory,
  at: number,
  number: number,
  report: ExecutionReport,
  request: Order,
): void {
  const isFilled = report.status === 'FILLED';
  beginRecord(memory, at);
  memory.setU32(at + REPORT.at.status, Status[report.status]);
  memory.setF64(at + REPORT.at.orderId, report.orderId ?? 0);
  memory.setU32(at + REPORT.at.side, Side[report.side ?? request.side]);
  memory.setF64(at + REPORT.at.quantity, report.quantity ?? request.quantity);
  memory.setF64(at + REPORT.at.price, report.price ?? request.price);
  memory.setF64(at + REPORT.at.limit, (isFilled ? report.limit : undefined) ?? Number.NaN);
  memory.setF64(at + REPORT.at.fee, (isFilled ? report.fee : undefined) ?? 0);
  memory.setF64(at + REPORT.at.position, report.position ?? Number.NaN);
  memory.setF64(at + REPORT.at.marketTime, report.marketTime ?? Number.NaN);
  memory.writeText(at + REPORT.at.symbol, SYMBOL_LENGTH_MAX, report.symbol ?? request.symbol);
  if (!isFilled) memory.writeText(at + REPORT.at.reason, REASON_BYTES, report.reason);
  endRecord(memory, at, number, usedOf(isFilled));
}

/**
 * The report in a whole record; undefined if it was overwritten with something else.
 * @param from of the order that it answers: its id is there
 */
export function readReport(
  memory: LaneMemory,
  at: number,
  number: number,
  from: number,
): ExecutionReport | undefined {
  const status = memory.u32[(at + REPORT.at.status) >> 2];
  const isFilled = status === Status.FILLED;
  if (!isFilled && status !== Status.REJECTED) return undefined;
  if (!isIntact(memory, at, number, usedOf(isFilled))) return undefined;
  const side = sideOf(memory, at + REPORT.at.side);
  const clOrdId = memory.readText(from + REQUEST.at.clOrdId, ID_BYTES);
  if (side === undefined) return undefined;
  const { f64 } = memory;
  const orderId = f64[(at + REPORT.at.orderId) >> 3];
  const position = f64[(at + REPORT.at.position) >> 3];
  const marketTime = f64[(at + REPORT.at.marketTime) >> 3];
  const order = {
    clOrdId,
    symbol: symbols.same(memory.readText(at + REPORT.at.symbol, SYMBOL_LENGTH_MAX)),
    side,
    quantity: f64[(at + REPORT.at.quantity) >> 3],
    price: f64[(at + REPORT.at.price) >> 3],
    ...(!Number.isNaN(marketTime) && { marketTime }),
  };
  if (isFilled) return { status: 'FILLED', ...order, orderId, position, ...costsOf(memory, at) };
  return {
    status: 'REJECTED',
    reason: memory.readText(at + REPORT.at.reason, REASON_BYTES),
    ...order,
    ...(orderId !== 0 && { orderId }),
    ...(!Number.isNaN(position) && { position }),
  };
}

function costsOf({ f64 }: LaneMemory, at: number): { limit?: number; fee?: number } {
  const limit = f64[(at + REPORT.at.limit) >> 3];
  const fee = f64[(at + REPORT.at.fee) >> 3];
  return { ...(!Number.isNaN(limit) && { limit }), ...(fee > 0 && { fee }) };
}

function usedOf(isFilled: boolean): number {
  return isFilled ? FILLED_USED : REPORT.bytes;
}

function sideOf({ u32 }: LaneMemory, at: number): keyof typeof Side | undefined {
  const side = u32[at >> 2];
  if (side === Side.BUY) return 'BUY';
  return side === Side.SELL ? 'SELL' : undefined;
}
