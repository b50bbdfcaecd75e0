// Observers of the stack, which use its ports and files like any client and keep what they see.

import fs from 'node:fs';
import type { TickRun } from '@tickline/price-book';
import { DropCopy } from '../../src/dashboard/drop-copy.ts';
import type { ExecutionReport } from '../../src/domain/orders.ts';
import { readLane } from '../../src/order-lane/lane-scan.ts';
import { PriceClient } from '../../src/orderbook/price-client.ts';
import type { ReportCopy } from '../../src/protocol/order-messages.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';

const SILENCE_MS = 3_000;
const CHUNK_BYTES = 64 * 1024;
const HISTORY = 1_000;
const OUTBOX_MS = 5;
/** Each look reads the whole lane. */
const LANE_MS = 10;
/** The load here never has more unanswered orders than fit. */
const OUTBOX_BYTES = 256 * 1024;

/** An ordinary price client that keeps the last price of each symbol, and the number of its tick. */
export class PriceWitness {
  readonly lastPrices = new Map<string, { price: number; sequence: number }>();
  readonly #symbols: string[] = [];
  readonly #client: PriceClient;

  constructor(port: number) {
    this.#client = new PriceClient(
      { host: LOOPBACK, port, silenceMs: SILENCE_MS, chunkBytes: CHUNK_BYTES },
      {
        onTicks: (run) => this.#take(run),
        onSnapshot: () => {},
        onResumed: () => {},
        onGap: () => {},
        onRepeated: () => {},
        onEnd: () => {},
        onRejected: () => {},
        onLeftOut: () => {},
        onConnected: () => {},
        onDown: () => {},
        onChunk: () => true,
        symbolIndex: (symbol) => this.#symbols.push(symbol) - 1,
      },
    );
    this.#client.start();
  }

  stop(): void {
    this.#client.stop();
  }

  #take({ symbols, prices, count, firstSequence }: TickRun): void {
    for (let i = 0; i < count; i++)
      this.lastPrices.set(this.#symbols[symbols[i]], { price: prices[i], sequence: firstSequence + i });
  }
}

/** A drop copy: every report once, in the order of the order ids. */
export class ReportWitness {
  /** The newest reported order. */
  lastOrderId = 0;
  #reports: ReportCopy[] = [];
  readonly #copy: DropCopy;

  constructor(port: number) {
    this.#copy = new DropCopy(
      { host: LOOPBACK, port, last: HISTORY },
      {
        onPositions: () => {},
        onReport: (copy) => this.#keep(copy),
        onHalts: () => {},
        onDown: () => {},
        onBadFrame: () => {},
      },
    );
    this.#copy.start();
  }

  /** The reports since the last call. */
  take(): ReportCopy[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  stop(): void {
    this.#copy.stop();
  }

  /** The last reports are repeated after a reconnect, and so are those of resent orders. */
  #keep(copy: ReportCopy): void {
    const { orderId } = copy;
    if (orderId === undefined || orderId <= this.lastOrderId) return;
    this.lastOrderId = orderId;
    this.#reports.push(copy);
  }
}

/** Reads regularly where the strategy keeps its orders: every order there was decided. */
export interface OrderWitness {
  /** Every client order id seen there. */
  readonly decided: ReadonlySet<string>;
  /** Client order ids of the orders that are unanswered now. */
  read(): ReadonlySet<string>;
  /** The reports seen there since the last call, with the number of their order. */
  takeReports(): ExecutionReport[];
  stop(): void;
}

/** Reads the strategy's outbox every 5 ms. */
export class OutboxWitness implements OrderWitness {
  readonly decided = new Set<string>();
  readonly #file: string;
  readonly #bytes = Buffer.alloc(OUTBOX_BYTES);
  readonly #timer: NodeJS.Timeout;

  constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.read(), OUTBOX_MS);
  }

  /** An outbox has none. */
  takeReports(): ExecutionReport[] {
    return [];
  }

  read(): ReadonlySet<string> {
    const unanswered = new Set<string>();
    for (const line of this.#lines()) {
      const entry = entryOf(line);
      if (typeof entry === 'string') unanswered.delete(entry);
      else if (entry) unanswered.add(entry.clOrdId);
    }
    for (const clOrdId of unanswered) this.decided.add(clOrdId);
    return unanswered;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The lines before the first NUL. The strategy may be writing at the same time. */
  #lines(): string[] {
    const fd = fs.openSync(this.#file, 'r');
    try {
      const text = this.#bytes.toString('latin1', 0, fs.readSync(fd, this.#bytes, 0, OUTBOX_BYTES, 0));
      return text.split('\0', 1)[0].split('\n').slice(0, -1);
    } finally {
      fs.closeSync(fd);
    }
  }
}

/** Reads the strategy's order lane every 10 ms. */
export class LaneWitness implements OrderWitness {
  readonly decided = new Set<string>();
  #lastReport = 0;
  #reports: ExecutionReport[] = [];
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;

  constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.read(), LANE_MS);
  }

  read(): ReadonlySet<string> {
    const lane = readLane(this.#file);
    const unanswered = new Set(lane?.unanswered.map(({ clOrdId }) => clOrdId));
    for (const clOrdId of unanswered) this.decided.add(clOrdId);
    for (const [number, report] of lane?.reports ?? []) {
      if (number <= this.#lastReport) continue;
      this.#reports.push(report);
      if (report.clOrdId !== undefined) this.decided.add(report.clOrdId);
    }
    this.#lastReport = lane?.lastReport ?? 0;
    return unanswered;
  }

  takeReports(): ExecutionReport[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** A line of the outbox; undefined if the strategy rewrote it while it was read. */
function entryOf(line: string): string | { readonly clOrdId: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
