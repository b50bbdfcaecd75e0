// The bytes of an order lane: one file per strategy, with the orders that it sends and the reports that answer them.
//
//    header │ requests, written by the strategy │ reports, written by the OrderManager
//
// Order number n, counted from 1 since the file was made, is in row (n - 1) modulo the capacity of the requests, and its
// report in the same row of the reports, without the id, which the order has. So a request without a report is an unanswered order, after any kill. The
// strategy writes order n only after it has read report n - capacity, so no row is overwritten before it was read.
//
// A record is whole when its `sequence` is n. Its writer stores 0 there first and n last.

import { array, CACHE_LINE_BYTES, f64, startsLine, struct, text, u32, u64 } from '@tickline/price-book';
import { NOTE_BYTES_MAX } from '../domain/order-note.ts';
import { SYMBOL_LENGTH_MAX } from '../domain/symbol.ts';

export const LANE_MAGIC = 'TICKLANE';
/** Goes up by one with every change that another version would misread. */
export const LANE_VERSION = 3;
/** Orders that can wait for their reports: a power of two. */
export const LANE_ORDERS = 1024;
export const KEY_BYTES = 32;

export const Side = { BUY: 1, SELL: 2 } as const;
export const Status = { FILLED: 1, REJECTED: 2 } as const;
export const LANE_HEADER = struct('lane header', 4096, {
  magic: text(8, 'strategy', '`TICKLANE`'),
  layoutVersion: u32('strategy', 'version of this layout'),
  capacity: u32('strategy', 'rows of each ring, a power of two'),
  totalBytes: u64('strategy', 'size of the whole file'),
  key: text(KEY_BYTES, 'strategy', 'random; the logon repeats it'),
});

export const ID_BYTES = 64;

export const REQUEST = struct('request', 4 * CACHE_LINE_BYTES, {
  sequence: u64('strategy', 'n, stored last'),
  checksum: u32('strategy', 'CRC-32 of all that follows, without the note if there is none, starting with n'),
  side: u32('strategy', '1 buy, 2 sell'),
  quantity: f64('strategy', 'shares'),
  price: f64('strategy', 'USD per share'),
  time: f64('strategy', 'when its tick left the Gateway, CLOCK_MONOTONIC in ns; NaN if not known'),
  marketTime: f64('strategy', 'when its tick was made, ms since 1970 UTC; NaN if not known'),
  symbol: text(SYMBOL_LENGTH_MAX, 'strategy', 'symbol, ASCII, padded with zero bytes'),
  clOrdId: text(ID_BYTES, 'strategy', 'client order id, ASCII'),
  note: text(NOTE_BYTES_MAX, 'strategy', 'why it was sent, UTF-8, padded with zero bytes'),
});

export const REASON_BYTES = 128;

export const REPORT = struct('report', 4 * CACHE_LINE_BYTES, {
  sequence: u64('OrderManager', 'n, stored last'),
  checksum: u32('OrderManager', 'CRC-32 of all that follows, without the reason if filled, starting with n'),
  status: u32('OrderManager', '1 filled, 2 rejected'),
  orderId: f64('OrderManager', 'number of the recorded order; 0 if it was not recorded'),
  side: u32('OrderManager', '1 buy, 2 sell'),
  spare: u32('OrderManager', 'zero'),
  quantity: f64('OrderManager', 'shares'),
  price: f64('OrderManager', 'USD per share: of the fill, or of the rejected order'),
  limit: f64('OrderManager', "the order's own price, if it was filled at another; else NaN"),
  fee: f64('OrderManager', 'USD; 0 without one'),
  position: f64('OrderManager', 'signed shares held after the order; NaN if not known'),
  marketTime: f64('OrderManager', 'of the order, ms since 1970 UTC; NaN if not known'),
  symbol: text(SYMBOL_LENGTH_MAX, 'OrderManager', 'symbol, ASCII, padded with zero bytes'),
  reason: startsLine(text(REASON_BYTES, 'OrderManager', 'why it was rejected, ASCII, cut to fit')),
});

const requests = array(LANE_HEADER.bytes, REQUEST, LANE_ORDERS);
const reports = array(requests.end, REPORT, LANE_ORDERS);
export const REQUESTS_AT = requests.offset;
export const REPORTS_AT = reports.offset;
export const LANE_BYTES = reports.end;
