// The signal file of this process: creates it, writes its rows, and removes it at the end.

import fs from 'node:fs';
import { nowNs } from '@tickline/posix';
import { isHeld } from '@tickline/price-book';
import { INDICATOR_NAME_BYTES_MAX, type Indicators } from '../domain/strategies/indicators.ts';
import { messageOf } from '../platform/errors.ts';
import { closeSharedFile, createSharedFile, type SharedFile } from '../platform/shared-file.ts';
import { SignalFileError } from './errors.ts';
import {
  INDICATOR,
  INDICATORS_AT,
  Scale,
  SIGNAL_FILE_BYTES,
  SIGNAL_HEADER,
  SIGNAL_MAGIC,
  SIGNAL_ROWS_MAX,
  SIGNAL_VERSION,
} from './layout.ts';
import { type PublishedRow, SignalMemory, writeRow } from './signal-memory.ts';
import { signalPath } from './signal-path.ts';

const { at } = SIGNAL_HEADER;

/** Which file. */
export interface SignalAddress {
  readonly stack: string;
  readonly strategy: string;
  /** Inode of the price book whose symbols the rows belong to. */
  readonly bookInode: number;
}

export class SignalWriter {
  readonly path: string;
  readonly #file: SharedFile;
  readonly #memory: SignalMemory;
  #rows = 0;

  private constructor(file: SharedFile) {
    this.path = file.path;
    this.#file = file;
    this.#memory = new SignalMemory(file.buffer);
  }

  /**
   * Creates the file, in the place of one that a killed strategy has left.
   * @throws SignalFileError if there is no room, or the name belongs to a live strategy or to something else
   */
  static create(address: SignalAddress, indicators: Indicators): SignalWriter {
    const path = signalPath(address.stack, address.strategy);
    try {
      removeLeft(path);
      const fill = (buffer: ArrayBuffer) => writeHeader(new SignalMemory(buffer), address, indicators);
      const file = createSharedFile(path, SIGNAL_FILE_BYTES, fill);
      if (file) return new SignalWriter(file);
    } catch (cause) {
      throw cause instanceof SignalFileError ? cause : new SignalFileError(path, messageOf(cause), { cause });
    }
    throw new SignalFileError(path, 'another process has just made it');
  }

  /** Publishes a symbol below SIGNAL_ROWS_MAX. Complete with the next stamp(). */
  write(symbol: number, row: PublishedRow): void {
    writeRow(this.#memory, symbol, row);
    if (symbol < this.#rows) return;
    this.#rows = symbol + 1;
    this.#memory.storeU32(at.rows, this.#rows);
  }

  /** Shows that the strategy publishes, now. */
  stamp(): void {
    this.#memory.storeU64(at.publishedAt, nowNs());
  }

  /** Whether another program has removed, replaced or cut the file. */
  get isLost(): boolean {
    const named = fs.lstatSync(this.path, { throwIfNoEntry: false });
    return named?.ino !== this.#file.inode || named.size < SIGNAL_FILE_BYTES;
  }

  /** Removes the file, unless another one has its name. */
  close(): void {
    closeSharedFile(this.#file, true);
  }
}

function removeLeft(path: string): void {
  const stat = fs.lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (stat.uid !== process.geteuid?.())
    throw new SignalFileError(
      path,
      `it belongs to user ${stat.uid}; have it removed, or choose another --stack`,
    );
  if (!stat.isFile()) throw new SignalFileError(path, 'it is not a file; remove it');
  if (isHeld(path)) throw new SignalFileError(path, 'another strategy of this name publishes there');
  fs.rmSync(path, { force: true });
}

function writeHeader(memory: SignalMemory, { bookInode }: SignalAddress, indicators: Indicators): void {
  memory.writeText(at.magic, SIGNAL_MAGIC.length, SIGNAL_MAGIC);
  memory.storeU32(at.layoutVersion, SIGNAL_VERSION);
  memory.storeU32(at.capacity, SIGNAL_ROWS_MAX);
  memory.storeU64(at.totalBytes, SIGNAL_FILE_BYTES);
  memory.storeU64(at.bookInode, bookInode);
  memory.storeU64(at.startedAt, Date.now());
  memory.storeU32(at.pid, process.pid);
  memory.storeU32(at.indicators, indicators.length);
  memory.storeU64(at.publishedAt, nowNs());
  for (const [index, { name, scale }] of indicators.entries()) {
    const start = INDICATORS_AT + index * INDICATOR.bytes;
    memory.writeUtf8(start + INDICATOR.at.name, INDICATOR_NAME_BYTES_MAX, name);
    memory.storeU32(start + INDICATOR.at.scale, scale === 'price' ? Scale.PRICE : Scale.OWN);
  }
}
