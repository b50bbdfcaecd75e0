// Those who watch the stack from outside, over its own ports and files, and keep what they saw.

import fs from 'node:fs';
import type { TickRun } from '@tickline/price-book';
import { DropCopy } from '../../src/dashboard/drop-copy.ts';
import { PriceClient } from '../../src/orderbook/price-client.ts';
import type { ReportCopy } from '../../src/protocol/order-messages.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';

const SILENCE_MS = 3_000;
const CHUNK_BYTES = 64 * 1024;
const HISTORY = 1_000;
const OUTBOX_MS = 5;
/** More is never on its way here. */
const OUTBOX_BYTES = 256 * 1024;

/** A price client like any other: the last price of each symbol, and the number of its tick. */
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

/** A drop copy: every report, once, in the order of the manager's numbers. */
export class ReportWitness {
  /** The newest order that was reported. */
  lastOrderId = 0;
  #reports: ReportCopy[] = [];
  readonly #copy: DropCopy;

  constructor(port: number) {
    this.#copy = new DropCopy(
      { host: LOOPBACK, port, last: HISTORY },
      {
        onPositions: () => {},
        onReport: (copy) => this.#keep(copy),
        onDown: () => {},
        onBadFrame: () => {},
      },
    );
    this.#copy.start();
  }

  /** The reports that are new since the last call. */
  take(): ReportCopy[] {
    const reports = this.#reports;
    this.#reports = [];
    return reports;
  }

  stop(): void {
    this.#copy.stop();
  }

  /** After a reconnect the last reports come again, and so do those of orders that were sent again. */
  #keep(copy: ReportCopy): void {
    const { orderId } = copy;
    if (orderId === undefined || orderId <= this.lastOrderId) return;
    this.lastOrderId = orderId;
    this.#reports.push(copy);
  }
}

/** Looks into the strategy's outbox, again and again: what stands there was decided. */
export class OutboxWitness {
  /** Every client order id that was seen there. */
  readonly decided = new Set<string>();
  readonly #file: string;
  readonly #bytes = Buffer.alloc(OUTBOX_BYTES);
  readonly #timer: NodeJS.Timeout;

  constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.look(), OUTBOX_MS);
  }

  /** Client order ids of the orders that stand there without an answer, at this moment. */
  look(): ReadonlySet<string> {
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

  /** The lines before the first NUL; the writer goes on meanwhile. */
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

/** A line of the outbox; undefined for one that was cut and written anew while it was read. */
function entryOf(line: string): string | { readonly clOrdId: string } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
