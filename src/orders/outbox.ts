// The outbox: a strategy's orders on their way, in a file, so that a strategy which is killed loses none of them.
//
//   {"clOrdId":"mf3k.2a-1","symbol":"IBM",...}      an order, written before it is sent
//   "mf3k.2a-1"                                     it is answered
//
// A line is one write(), which the kernel keeps when the process is killed. It is not synced to the disk: an order that
// a power cut takes from here is one that the OrderManager either recorded, or never saw.

import fs from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../system/errors.ts';
import { flockExclusive } from '../system/libc.ts';
import { openPrivate } from '../system/private-file.ts';
import { isSymbol } from '../trading/symbol.ts';
import { NotAnOutboxError, OutboxInUseError, OutboxOpenError, OutboxWriteError } from './outbox-errors.ts';
import type { IdentifiedOrder } from './unanswered-orders.ts';

const { O_RDWR, O_APPEND } = fs.constants;
/** Beyond, no order is taken before all are answered; then the file is empty again. */
const BYTES_MAX = 4 * 1024 * 1024;
/** An order takes about 150 bytes. */
const LINE_BYTES_MAX = 1024;

const line = z.union([
  z.object({
    clOrdId: z.string().min(1).max(64),
    symbol: z.string().refine(isSymbol),
    side: z.enum(['BUY', 'SELL']),
    quantity: z.number(),
    price: z.number(),
    time: z.exactOptional(z.number()),
  }),
  z.string().min(1).max(64),
]);

/** The orders of one strategy that have no report yet; one process holds the file. */
export class Outbox {
  /** The orders that the last strategy left without a report, in its order. */
  readonly left: readonly IdentifiedOrder[];
  readonly #file: string;
  readonly #fd: number;
  #bytes: number;
  #unanswered: number;

  private constructor(file: string, fd: number, { left, bytes }: Contents) {
    this.#file = file;
    this.#fd = fd;
    this.left = left;
    this.#bytes = bytes;
    this.#unanswered = left.length;
    if (left.length === 0) this.#cutBackTo(0);
  }

  /**
   * Opens the file and holds it; a new one is made, for its owner alone.
   * @throws OutboxInUseError when another process holds it
   * @throws OutboxOpenError, NotAnOutboxError
   */
  static open(file: string): Outbox {
    const fd = openOutbox(file);
    try {
      if (!flockExclusive(fd)) throw new OutboxInUseError(file);
      const contents = readContents(file, fd);
      fs.ftruncateSync(fd, contents.bytes);
      return new Outbox(file, fd, contents);
    } catch (thrown) {
      fs.closeSync(fd);
      throw thrown;
    }
  }

  /** Whether no order is taken until all are answered. */
  get isFull(): boolean {
    return this.#bytes > BYTES_MAX - LINE_BYTES_MAX;
  }

  /** Keeps an order; to be called before it is sent. @throws OutboxWriteError, and then nothing is kept */
  keep(order: IdentifiedOrder): void {
    this.#append(order);
    this.#unanswered++;
  }

  /** The order is answered. What cannot be struck out is sent again after a death, and gets the same answer. */
  strike(clOrdId: string): void {
    this.#unanswered--;
    try {
      if (this.#unanswered > 0) this.#append(clOrdId);
      else this.#cutBackTo(0);
    } catch (thrown) {
      if (!(thrown instanceof OutboxWriteError)) throw thrown;
    }
  }

  close(): void {
    fs.closeSync(this.#fd);
  }

  #append(what: IdentifiedOrder | string): void {
    const text = `${JSON.stringify(what)}\n`;
    let cause: unknown;
    try {
      if (fs.writeSync(this.#fd, text) === Buffer.byteLength(text)) {
        this.#bytes += Buffer.byteLength(text);
        return;
      }
      cause = new Error('ENOSPC: only a part of it was taken');
    } catch (thrown) {
      cause = thrown;
    }
    this.#cutBackTo(this.#bytes); // half a line would spoil the next one
    throw new OutboxWriteError(this.#file, cause);
  }

  #cutBackTo(bytes: number): void {
    try {
      fs.ftruncateSync(this.#fd, bytes);
      this.#bytes = bytes;
    } catch (cause) {
      throw new OutboxWriteError(this.#file, cause);
    }
  }
}

interface Contents {
  readonly left: readonly IdentifiedOrder[];
  /** Bytes of whole lines. */
  readonly bytes: number;
}

function openOutbox(file: string): number {
  try {
    return openPrivate(file, O_RDWR | O_APPEND);
  } catch (cause) {
    throw new OutboxOpenError(file, messageOf(cause), { cause });
  }
}

/** What follows the last line end was cut off by a death in the middle of a write: that order was never sent. */
function readContents(file: string, fd: number): Contents {
  const { size } = fs.fstatSync(fd);
  if (size > BYTES_MAX) throw new NotAnOutboxError(file, `${size} bytes`);
  const bytes = Buffer.alloc(size);
  const whole = bytes.subarray(0, fs.readSync(fd, bytes, 0, size, 0)).lastIndexOf('\n') + 1;
  if (size - whole > LINE_BYTES_MAX) throw new NotAnOutboxError(file, 'no lines');
  const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
  return { left: unansweredOf(file, lines), bytes: whole };
}

/** A strategy orders a symbol again only when its last order was answered, so a later order strikes out an earlier. */
function unansweredOf(file: string, lines: readonly string[]): IdentifiedOrder[] {
  const unanswered = new Map<string, IdentifiedOrder>();
  const symbols = new Map<string, string>();
  for (const [index, text] of lines.entries()) {
    const read = readLine(text);
    if (read === undefined) throw new NotAnOutboxError(file, `line ${index + 1} "${text.slice(0, 80)}"`);
    if (typeof read === 'string') {
      unanswered.delete(read);
      continue;
    }
    unanswered.delete(symbols.get(read.symbol) ?? '');
    symbols.set(read.symbol, read.clOrdId);
    unanswered.set(read.clOrdId, read);
  }
  return [...unanswered.values()];
}

function readLine(text: string): IdentifiedOrder | string | undefined {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    return undefined; // no JSON, or JSON of something else
  }
}
