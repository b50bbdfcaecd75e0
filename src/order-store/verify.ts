// Compares the journal of a record with its SQLite database.

import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { StrategyPosition } from '../domain/positions.ts';
import { counted } from '../platform/counted.ts';
import { NoJournalError } from './journal/errors.ts';
import { journalFolder, segmentFiles } from './journal/segment.ts';
import { recordsOf, type SegmentScan, scanSegment } from './journal/segment-scan.ts';
import type { RecordedOrder } from './recorded-order.ts';
import { SqliteOrderReader } from './sqlite/sqlite-order-reader.ts';
import { StrategyMap } from './strategy-map.ts';

/** What a comparison found. */
export interface Verification {
  readonly segments: number;
  /** Orders that both have. */
  readonly compared: number;
  /** Orders that only the journal has yet. */
  readonly notCopied: number;
  /** Orders that only SQLite has: the files of their journal were removed, or the record is older than its journal. */
  readonly onlyInSqlite: number;
  /** Each in words, at most `DIFFERENCES_MAX`. */
  readonly differences: readonly string[];
}

const DIFFERENCES_MAX = 20;

/** Orders that SQLite gets meanwhile are not compared. @throws RecordOpenError, RecordReadError, NoJournalError, NotAJournalError, and others */
export function verifyRecord(file: string): Verification {
  const record = SqliteOrderReader.openReadOnly(file);
  try {
    return record.atOneMoment(() => new Comparison(record).run());
  } finally {
    record.close();
  }
}

class Comparison {
  readonly #record: SqliteOrderReader;
  readonly #differences: string[] = [];
  /** The last one of each strategy and symbol in the journal. */
  readonly #positions = new StrategyMap<StrategyPosition>();
  #segments = 0;
  #compared = 0;
  #notCopied = 0;
  #nextId: number | undefined;

  constructor(record: SqliteOrderReader) {
    this.#record = record;
  }

  run(): Verification {
    // First: the journal is read later, and so has all orders that SQLite had at this moment.
    const copiedTo = this.#record.mark()?.orderId ?? 0;
    const { orders } = this.#record.totals();
    const folder = journalFolder(this.#record.resolvedFile);
    if (orders > 0 && !existsSync(folder)) throw new NoJournalError(folder, orders);
    for (const scanned of segmentFiles(folder)) {
      const scan = scanSegment(scanned);
      if (scan !== undefined) this.#compareSegment(scan, copiedTo);
    }
    if (this.#nextId !== undefined && this.#nextId <= copiedTo)
      this.#differ(`the journal ends before order ${this.#nextId}, SQLite has up to ${copiedTo}`);
    this.#comparePositions();
    if (orders < copiedTo)
      this.#differ(`SQLite counts ${counted(orders, 'order')}, and says that it has ${copiedTo}`);
    return {
      ...{ segments: this.#segments, compared: this.#compared, notCopied: this.#notCopied },
      onlyInSqlite: Math.max(0, orders - this.#compared),
      differences: this.#differences,
    };
  }

  #compareSegment(scan: SegmentScan, copiedTo: number): void {
    const { file, header, gaps, strayBytes } = scan;
    this.#segments++;
    if (this.#nextId !== undefined && header.firstOrderId !== this.#nextId)
      this.#differ(`${file.path} starts with order ${header.firstOrderId}, expected ${this.#nextId}`);
    for (const { firstId, nextId, at } of gaps)
      this.#differ(`${file.path}: orders ${firstId} to ${nextId - 1} at byte ${at} are damaged`);
    if (strayBytes > 0 && header.sealedBytes > 0)
      this.#differ(`${file.path}: its last ${strayBytes} bytes are no whole orders`);
    const rows = this.#record.orders({ from: header.firstOrderId })[Symbol.iterator]();
    let row = rows.next().value;
    for (const { order, after } of recordsOf(scan)) {
      this.#nextId = order.orderId + 1;
      if (order.orderId > copiedTo) {
        this.#notCopied++;
        continue;
      }
      while (row !== undefined && row.orderId < order.orderId) row = rows.next().value;
      this.#compareOrder(order, row);
      if (after) this.#positions.set(after.strategy, after.symbol, after);
    }
  }

  #compareOrder(order: RecordedOrder, row: RecordedOrder | undefined): void {
    this.#compared++;
    const { orderId } = order;
    if (row?.orderId !== orderId) this.#differ(`order ${orderId} is in the journal, and not in SQLite`);
    else if (!isDeepStrictEqual(defined(order), defined(row)))
      this.#differ(`order ${orderId} differs in ${differentFields(order, row).join(', ')}`);
  }

  #comparePositions(): void {
    for (const position of this.#positions.values()) {
      const { strategy, symbol } = position;
      const row = this.#record.position(strategy, symbol);
      if (isDeepStrictEqual(position, row)) continue;
      this.#differ(
        `${strategy} holds ${position.quantity} ${symbol} by the journal, and ${row.quantity} in SQLite, or at another cost`,
      );
    }
  }

  #differ(what: string): void {
    if (this.#differences.length < DIFFERENCES_MAX) this.#differences.push(what);
  }
}

/** Without fields that are undefined: a missing one is the same. */
function defined(order: RecordedOrder): Record<string, unknown> {
  return Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined));
}

/** As `tickline orders` calls them. */
function differentFields(one: RecordedOrder, other: RecordedOrder): string[] {
  const [a, b] = [defined(one), defined(other)];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((field) => !isDeepStrictEqual(a[field], b[field]))
    .map((field) => (field === 'timeMs' ? 'time' : field));
}
