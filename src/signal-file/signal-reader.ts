// Reads the signal file of a strategy in another process, without ever disturbing it.

import fs from 'node:fs';
import { mapShared, releaseMapping } from '@tickline/posix';
import {
  INDICATOR_NAME_BYTES_MAX,
  INDICATORS_MAX,
  type Indicators,
  isIndicatorName,
} from '../domain/strategies/indicators.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import { strangeFile } from '../platform/shared-file.ts';
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
import { type PublishedRow, readRow, rowVersion, SignalMemory } from './signal-memory.ts';
import { signalPath } from './signal-path.ts';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const { at } = SIGNAL_HEADER;
/** A row that stays half written is left out: its writer was killed or is stopped. */
const READ_ATTEMPTS = 1_000;

export class SignalReader {
  readonly strategy: string;
  readonly path: string;
  readonly indicators: Indicators;
  /** Inode of the price book whose symbols the rows belong to. */
  readonly bookInode: number;
  /** When the strategy started on that book, ms since 1970 UTC. */
  readonly startedAt: number;
  readonly #inode: number;
  readonly #memory: SignalMemory;

  private constructor(strategy: string, path: string, inode: number, memory: SignalMemory) {
    this.strategy = strategy;
    this.path = path;
    this.#inode = inode;
    this.#memory = memory;
    this.indicators = indicatorsIn(path, memory);
    this.bookInode = memory.loadU64(at.bookInode);
    this.startedAt = memory.loadU64(at.startedAt);
  }

  /** Maps the file read-only; undefined if there is none. @throws SignalFileError if it is not a signal file of this user */
  static open(stack: string, strategy: string): SignalReader | undefined {
    const path = signalPath(stack, strategy);
    const fd = openIfThere(path);
    if (fd === undefined) return undefined;
    try {
      const stat = fs.fstatSync(fd);
      requireSignalFile(path, fd, stat);
      const memory = new SignalMemory(mapShared(fd, SIGNAL_FILE_BYTES, false));
      return new SignalReader(strategy, path, stat.ino, memory);
    } catch (cause) {
      throw cause instanceof SignalFileError ? cause : new SignalFileError(path, messageOf(cause), { cause });
    } finally {
      fs.closeSync(fd);
    }
  }

  /** How many rows to look at. */
  get rows(): number {
    return Math.min(this.#memory.loadU32(at.rows), SIGNAL_ROWS_MAX);
  }

  /** When the strategy published last, CLOCK_MONOTONIC in ns. */
  get publishedAtNs(): number {
    return this.#memory.loadU64(at.publishedAt);
  }

  /** Changes whenever the symbol is published. */
  versionOf(symbol: number): number {
    return rowVersion(this.#memory, symbol);
  }

  /** Reads a row. Returns its version; 0 if it was never published, or stays half written. */
  read(symbol: number, into: PublishedRow): number {
    return readRow(this.#memory, symbol, into, READ_ATTEMPTS);
  }

  /** What became of the file, as a clause; undefined while it is there and whole. */
  fault(): 'removed' | 'replaced' | 'cut' | undefined {
    const named = fs.lstatSync(this.path, { throwIfNoEntry: false });
    if (named === undefined) return 'removed';
    if (named.ino !== this.#inode) return 'replaced';
    return named.size < SIGNAL_FILE_BYTES ? 'cut' : undefined;
  }

  close(): void {
    releaseMapping(this.#memory.bytes.buffer);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT') return undefined;
    throw new SignalFileError(path, code === 'ELOOP' ? 'it is a symlink' : messageOf(cause), { cause });
  }
}

/** Reads the header instead of mapping it, because the file may be short. */
function requireSignalFile(path: string, fd: number, stat: fs.Stats): void {
  const strange = strangeFile(stat);
  if (strange !== undefined) throw new SignalFileError(path, strange);
  const header = Buffer.alloc(SIGNAL_HEADER.bytes);
  fs.readSync(fd, header, 0, header.length, 0);
  if (header.toString('latin1', at.magic, at.magic + SIGNAL_MAGIC.length) !== SIGNAL_MAGIC)
    throw new SignalFileError(path, `it does not start with ${SIGNAL_MAGIC}`);
  const version = header.readUInt32LE(at.layoutVersion);
  if (version !== SIGNAL_VERSION)
    throw new SignalFileError(path, `it has layout version ${version}, expected ${SIGNAL_VERSION}`);
  if (stat.size < SIGNAL_FILE_BYTES)
    throw new SignalFileError(path, `it has ${stat.size} bytes, expected ${SIGNAL_FILE_BYTES}`);
}

/** Any program may have written the file. @throws SignalFileError */
function indicatorsIn(path: string, memory: SignalMemory): Indicators {
  const count = memory.loadU32(at.indicators);
  if (count > INDICATORS_MAX)
    throw new SignalFileError(path, `it declares ${count} indicators, expected at most ${INDICATORS_MAX}`);
  return Array.from({ length: count }, (_, index) => {
    const start = INDICATORS_AT + index * INDICATOR.bytes;
    const name = memory.readUtf8(start + INDICATOR.at.name, INDICATOR_NAME_BYTES_MAX);
    if (!isIndicatorName(name)) throw new SignalFileError(path, `indicator ${index} has no name`);
    const scale = memory.loadU32(start + INDICATOR.at.scale) === Scale.PRICE ? 'price' : 'own';
    return { name, scale };
  });
}
