// The outbox: a file of the orders that a strategy sends, so that none is lost when the strategy is killed.
//
//   {"type":"order","symbol":"IBM",...}      an order as it is sent, appended before it is sent
//   "mf3k.2a-1"                              its client order id, appended when it is answered
//
// The lines end at the first NUL. The file has its full size from the start and is mapped. So appending an
// order is a write to memory: it costs a tenth of a system call that grows a file, and cannot fail for lack
// of space. The kernel keeps the bytes when the process is killed, but they are not synced to the disk: an
// order that a power cut loses was either recorded by the OrderManager, or never reached it.

import fs from 'node:fs';
import { allocateBlocks, flockExclusive, flockRelease, mapShared, SystemCallError } from '@tickline/posix';
import * as v from 'valibot';
import { isNote } from '../domain/order-note.ts';
import { isSymbol } from '../domain/symbol.ts';
import { messageOf } from '../platform/errors.ts';
import { openPrivate } from '../platform/private-file.ts';
import { frameOf, lineOf, type OrderKeeper } from './order-keeper.ts';
import { NotAnOutboxError, type OutboxDamage, OutboxInUseError, OutboxOpenError } from './outbox-errors.ts';
import type { IdentifiedOrder } from './pending-orders.ts';

const { O_RDWR } = fs.constants;
const FILE_BYTES = 4 * 1024 * 1024;
const NUL = 0;
/** An order takes about 200 bytes; its note is at most 384 of them, if all of it is escaped. */
const LINE_BYTES_MAX = 1024;
const KEPT_SUFFIX = '.kept';

const number = v.pipe(v.number(), v.finite());
const clOrdId = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

const line = v.union([
  v.object({
    clOrdId,
    symbol: v.pipe(v.string(), v.check(isSymbol)),
    side: v.picklist(['BUY', 'SELL']),
    quantity: number,
    price: number,
    time: v.exactOptional(number),
    marketTime: v.exactOptional(number),
    note: v.exactOptional(v.custom<string>(isNote)),
  }),
  clOrdId,
]);

/** The outbox of one strategy, locked by one process. */
export class Outbox implements OrderKeeper {
  /** The orders without a report when the file was opened, in the order of sending. */
  readonly unanswered: readonly IdentifiedOrder[];
  readonly file: string;
  readonly #fd: number;
  readonly #inode: number;
  readonly #device: number;
  readonly #memory: Buffer;
  /** Bytes of whole lines. */
  #bytes = 0;

  private constructor(file: string, fd: number, { unanswered, bytes }: OutboxContents) {
    allocateBlocks(fd, FILE_BYTES);
    this.file = file;
    this.#fd = fd;
    const { ino, dev } = fs.fstatSync(fd);
    this.#inode = ino;
    this.#device = dev;
    this.#memory = Buffer.from(mapShared(fd, FILE_BYTES, true));
    this.unanswered = unanswered;
    this.#truncate(unanswered.length === 0 ? 0 : bytes);
  }

  /**
   * Opens and locks the file; a new file is readable by its owner only.
   * @throws OutboxInUseError when another process has locked it
   * @throws OutboxOpenError, NotAnOutboxError
   */
  static open(file: string): Outbox {
    const fd = openOutbox(file);
    try {
      if (!flockExclusive(fd)) throw new OutboxInUseError(file);
      return new Outbox(file, fd, readContents(file, fd));
    } catch (thrown) {
      fs.closeSync(fd);
      if (thrown instanceof SystemCallError)
        throw new OutboxOpenError(file, thrown.message, { cause: thrown });
      throw thrown;
    }
  }

  /** Compares the file that is mapped with the one that has its name; undefined if it is the same, and whole. */
  get damage(): OutboxDamage | undefined {
    const found = statOf(this.file);
    if (found === undefined) return 'removed or moved';
    if (found.ino !== this.#inode || found.dev !== this.#device) return 'replaced';
    return found.size < FILE_BYTES ? 'cut' : undefined;
  }

  /** Whether there is no room for another order until clear(). */
  get isFull(): boolean {
    return this.#bytes > FILE_BYTES - 2 * LINE_BYTES_MAX;
  }

  /** Appends an order before it is sent. Must not be called when full. */
  keep(order: IdentifiedOrder): string {
    const frame = frameOf(order);
    this.append(lineOf(frame));
    return frame;
  }

  /** Has the name of the lost one, unless another file has that now. */
  outboxFor(damage: OutboxDamage): string {
    return damage === 'replaced' ? `${this.file}${KEPT_SUFFIX}` : this.file;
  }

  /**
   * Appends an order. Must not be called when full.
   * @param json the IdentifiedOrder as it is sent, in ASCII: encoded once, for both
   */
  append(json: string): void {
    this.#appendLine(json);
  }

  /** Marks an order as answered. Without room it is sent again after a kill, and answered the same. */
  strike(clOrdId: string): void {
    if (this.#bytes < FILE_BYTES - LINE_BYTES_MAX) this.#appendLine(JSON.stringify(clOrdId));
  }

  /** Removes all lines: every order is answered. */
  clear(): void {
    this.#truncate(0);
  }

  /** Releases the lock first: the mapping would keep it, see flockExclusive(). */
  close(): void {
    flockRelease(this.#fd);
    fs.closeSync(this.#fd);
  }

  /**
   * SYNC POINT with a kill at any instruction, and with concurrent readers of the file: the first byte of the
   * line replaces the NUL last.
   */
  #appendLine(json: string): void {
    const line = `${json}\n`;
    const start = this.#bytes;
    const end = start + line.length;
    this.#memory[end] = NUL;
    this.#memory.write(line.slice(1), start + 1, 'latin1');
    this.#memory[start] = line.charCodeAt(0);
    this.#bytes = end;
  }

  #truncate(bytes: number): void {
    this.#memory[bytes] = NUL;
    this.#bytes = bytes;
  }
}

/** The contents of an outbox. */
export interface OutboxContents {
  readonly unanswered: readonly IdentifiedOrder[];
  /** Bytes of whole lines. */
  readonly bytes: number;
}

function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined; // its folder is a file now, or may not be read
  }
}

function openOutbox(file: string): number {
  try {
    return openPrivate(file, O_RDWR);
  } catch (cause) {
    throw new OutboxOpenError(file, messageOf(cause), { cause });
  }
}

function readContents(file: string, fd: number): OutboxContents {
  const { size } = fs.fstatSync(fd);
  if (size > FILE_BYTES) throw new NotAnOutboxError(file, `${size} bytes`);
  const bytes = Buffer.alloc(size);
  fs.readSync(fd, bytes, 0, size, 0);
  return decodeOutbox(file, bytes);
}

/**
 * Decodes the bytes of an outbox. Bytes after the last line end are dropped: they are of an order that a
 * kill interrupted before it was sent.
 * @throws NotAnOutboxError
 */
export function decodeOutbox(file: string, bytes: Buffer): OutboxContents {
  const nul = bytes.indexOf(NUL);
  if (nul >= 0 && bytes.length !== FILE_BYTES) throw new NotAnOutboxError(file, `a NUL at byte ${nul}`);
  const text = nul < 0 ? bytes : bytes.subarray(0, nul);
  const whole = text.lastIndexOf('\n') + 1;
  if (text.length - whole > LINE_BYTES_MAX) throw new NotAnOutboxError(file, 'no lines');
  const lines = text.toString('utf8', 0, whole).split('\n').slice(0, -1);
  return { unanswered: unansweredOf(file, lines), bytes: whole };
}

/** A symbol has one order in flight at most, so a later order shows that the earlier one was answered. */
function unansweredOf(file: string, lines: readonly string[]): IdentifiedOrder[] {
  const unanswered = new Map<string, IdentifiedOrder>();
  const lastIds = new Map<string, string>();
  for (const [index, text] of lines.entries()) {
    const read = readLine(text);
    if (read === undefined) throw new NotAnOutboxError(file, `line ${index + 1} "${text.slice(0, 80)}"`);
    if (typeof read === 'string') {
      unanswered.delete(read);
      continue;
    }
    unanswered.delete(lastIds.get(read.symbol) ?? '');
    lastIds.set(read.symbol, read.clOrdId);
    unanswered.set(read.clOrdId, read);
  }
  return [...unanswered.values()];
}

function readLine(text: string): IdentifiedOrder | string | undefined {
  try {
    return v.parse(line, JSON.parse(text));
  } catch {
    return undefined; // not JSON, or JSON of something else
  }
}
