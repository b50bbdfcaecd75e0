// The outbox: a strategy's orders on their way, in a file, so that a strategy which is killed loses none of them.
//
//   {"type":"order","symbol":"IBM",...}      an order as it is sent, written before
//   "mf3k.2a-1"                              its id: it is answered
//
// The lines end at the first NUL. The file has its full size from the start and is mapped: to keep an order is to write
// memory, which costs a tenth of a system call that makes a file grow, and cannot fail for want of room. The kernel keeps
// the bytes when the process is killed. They are not synced to the disk: an order that a power cut takes from here is one
// that the OrderManager either recorded, or never saw.

import fs from 'node:fs';
import { allocateBlocks, flockExclusive, flockRelease, mapShared, SystemCallError } from '@tickline/posix';
import { z } from 'zod';
import { isSymbol } from '../domain/symbol.ts';
import { messageOf } from '../platform/errors.ts';
import { openPrivate } from '../platform/private-file.ts';
import { NotAnOutboxError, OutboxInUseError, OutboxOpenError } from './outbox-errors.ts';
import type { IdentifiedOrder } from './unanswered-orders.ts';

const { O_RDWR } = fs.constants;
/** Size of the file. When it is full, no order is taken before all are answered; then it is empty again. */
const FILE_BYTES = 4 * 1024 * 1024;
const NUL = 0;
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
  readonly #fd: number;
  readonly #memory: Buffer;
  /** Bytes of whole lines. */
  #bytes = 0;
  #unanswered: number;

  private constructor(fd: number, { left, bytes }: Contents) {
    allocateBlocks(fd, FILE_BYTES);
    this.#fd = fd;
    this.#memory = Buffer.from(mapShared(fd, FILE_BYTES, true));
    this.left = left;
    this.#unanswered = left.length;
    this.#endAt(left.length === 0 ? 0 : bytes);
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
      return new Outbox(fd, readContents(file, fd));
    } catch (thrown) {
      fs.closeSync(fd);
      if (thrown instanceof SystemCallError)
        throw new OutboxOpenError(file, thrown.message, { cause: thrown });
      throw thrown;
    }
  }

  /** Whether no order is taken until all are answered. */
  get isFull(): boolean {
    return this.#bytes > FILE_BYTES - 2 * LINE_BYTES_MAX;
  }

  /**
   * Keeps an order, to be called before it is sent, and not when it is full.
   * @param json the IdentifiedOrder as the wire has it, in ASCII: put into text once, for both
   */
  keep(json: string): void {
    this.#append(json);
    this.#unanswered++;
  }

  /** The order is answered. */
  strike(clOrdId: string): void {
    this.#unanswered--;
    if (this.#unanswered === 0) this.#endAt(0);
    else if (this.#bytes < FILE_BYTES - LINE_BYTES_MAX) this.#append(JSON.stringify(clOrdId));
    // else it is sent again after a death, and gets the same answer
  }

  /** The mapping would keep the lock: see flockExclusive(). */
  close(): void {
    flockRelease(this.#fd);
    fs.closeSync(this.#fd);
  }

  /** SYNC POINT with a death at any instruction, and with who reads meanwhile: the first byte, where the NUL was, comes last. */
  #append(json: string): void {
    const line = `${json}\n`;
    const start = this.#bytes;
    const end = start + line.length;
    this.#memory[end] = NUL;
    this.#memory.write(line.slice(1), start + 1, 'latin1');
    this.#memory[start] = line.charCodeAt(0);
    this.#bytes = end;
  }

  #endAt(bytes: number): void {
    this.#memory[bytes] = NUL;
    this.#bytes = bytes;
  }
}

/** What an outbox holds. */
export interface Contents {
  readonly left: readonly IdentifiedOrder[];
  /** Bytes of whole lines. */
  readonly bytes: number;
}

function openOutbox(file: string): number {
  try {
    return openPrivate(file, O_RDWR);
  } catch (cause) {
    throw new OutboxOpenError(file, messageOf(cause), { cause });
  }
}

function readContents(file: string, fd: number): Contents {
  const { size } = fs.fstatSync(fd);
  if (size > FILE_BYTES) throw new NotAnOutboxError(file, `${size} bytes`);
  const bytes = Buffer.alloc(size);
  fs.readSync(fd, bytes, 0, size, 0);
  return decodeOutbox(file, bytes);
}

/**
 * What stands in the bytes of an outbox. What follows its last line end was cut off by a death in the middle of a write:
 * that order was never sent.
 * @throws NotAnOutboxError
 */
export function decodeOutbox(file: string, bytes: Buffer): Contents {
  const nul = bytes.indexOf(NUL);
  if (nul >= 0 && bytes.length !== FILE_BYTES) throw new NotAnOutboxError(file, `a NUL at byte ${nul}`);
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  const whole = text.lastIndexOf('\n') + 1;
  if (text.length - whole > LINE_BYTES_MAX) throw new NotAnOutboxError(file, 'no lines');
  const lines = text.toString('utf8', 0, whole).split('\n').slice(0, -1);
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
