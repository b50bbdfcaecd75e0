// The kill switch of an order record: files in a folder beside it, which outlive every process.
//
//    orders.sqlite.halted/          mode 0700: only the owner may halt or resume
//      all                          no strategy may trade
//      strategy-crossover           this strategy may not trade
//      in-force                     a link to `PID DIGEST`: the OrderManager, and the halts that it applies. A link this
//                                   short needs no block of a full disk
//
// One file per halt, so that two people at it at the same time do not undo each other's halts. A folder that
// cannot be read counts as a halt of all.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ALL_HALTED, type Halts } from '../domain/risk/halts.ts';
import { codeOf } from '../platform/errors.ts';
import { makeFolders, openPrivate } from '../platform/private-file.ts';
import { KillSwitchError } from './kill-switch-errors.ts';

const { O_WRONLY } = constants;
const ALL_FILE = 'all';
const STRATEGY_PREFIX = 'strategy-';
const CONFIRMATION_FILE = 'in-force';
/** Of the 59 bytes that ext4 keeps in the inode of a link, a process id leaves these and more. */
const DIGEST_CHARACTERS = 32;

/** Two changes that are closer may have the same time: the kernel's clock for files ticks every 1 to 10 ms. */
const SETTLED_MS = 50;

/** What an OrderManager confirmed. */
export interface HaltConfirmation {
  /** The process id of the OrderManager, in its PID namespace. */
  readonly pid: number;
  /** digestOf() the halts that it applies. */
  readonly digest: string;
}

export class KillSwitch {
  readonly folder: string;
  #lastRead: { readonly ino: number; readonly mtimeMs: number; readonly halts: Halts } | undefined;

  /** @param record the file of the order record, with symbolic links resolved */
  constructor(record: string) {
    this.folder = `${record}.halted`;
  }

  /** Makes the folder while there is room for it, so that a halt needs no block of a full disk. @throws KillSwitchError */
  prepare(): void {
    this.#write(() => makeFolders(this.folder));
  }

  /** Halts one strategy, or all if undefined. On disk when it returns. @throws KillSwitchError */
  halt(strategy: string | undefined): void {
    const file = join(this.folder, haltFile(strategy));
    this.#change(() => closeSync(openPrivate(file, O_WRONLY)));
  }

  /** Undoes halt() with the same argument, and no other halt. @throws KillSwitchError */
  resume(strategy: string | undefined): void {
    if (!this.exists) return;
    const file = join(this.folder, haltFile(strategy));
    this.#change(() => rmSync(file, { force: true }));
  }

  /**
   * Whether there can be halts: an OrderManager or a halt made the folder. Not existsSync(), which returns false for a
   * folder that may not be read.
   */
  get exists(): boolean {
    return statSync(this.folder, { throwIfNoEntry: false }) !== undefined;
  }

  /**
   * The halts that are set; undefined without a folder. A switch that cannot be read halts all. While nothing changes in
   * the folder it is not opened, so a process without a free descriptor does not halt all.
   */
  read(): Halts | undefined {
    try {
      const { ino, mtimeMs } = statSync(this.folder);
      if (this.#lastRead?.ino === ino && this.#lastRead.mtimeMs === mtimeMs) return this.#lastRead.halts;
      const halts = toHalts(readdirSync(this.folder));
      const isSettled = Date.now() - mtimeMs > SETTLED_MS;
      this.#lastRead = isSettled ? { ino, mtimeMs, halts } : undefined;
      return halts;
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? undefined : ALL_HALTED;
    }
  }

  /** Records that this process, the OrderManager, applies these halts. @throws KillSwitchError */
  confirm(halts: Halts): void {
    this.#write(() => {
      const file = join(this.folder, CONFIRMATION_FILE);
      const next = `${file}.${process.pid}`;
      rmSync(next, { force: true });
      symlinkSync(`${process.pid} ${digestOf(halts)}`, next);
      renameSync(next, file);
    });
  }

  /** Asks the OrderManager to confirm again: what is found afterwards is from a live one. @throws KillSwitchError */
  requestConfirmation(): void {
    this.#write(() => rmSync(join(this.folder, CONFIRMATION_FILE), { force: true }));
  }

  /** Whether the confirmation was removed, or never written. */
  get awaitsConfirmation(): boolean {
    return lstatSync(join(this.folder, CONFIRMATION_FILE), { throwIfNoEntry: false }) === undefined;
  }

  /** The latest confirmation; undefined when there is none that can be read. */
  get confirmation(): HaltConfirmation | undefined {
    try {
      const [pid, digest = ''] = readlinkSync(join(this.folder, CONFIRMATION_FILE)).split(' ');
      return { pid: Number(pid), digest };
    } catch {
      return undefined;
    }
  }

  /** Sets the halts of another record here too. Returns them. @throws KillSwitchError */
  copyHaltsFrom(other: KillSwitch): Halts | undefined {
    const halts = other.read();
    if (halts?.all) this.halt(undefined);
    for (const strategy of halts?.strategies ?? []) this.halt(strategy);
    return halts;
  }

  #change(change: () => void): void {
    this.#write(() => {
      change();
      for (const folder of [this.folder, dirname(this.folder)]) fsyncFolder(folder);
    });
  }

  #write(write: () => void): void {
    try {
      write();
    } catch (cause) {
      throw new KillSwitchError(this.folder, cause);
    }
  }
}

/** The name of the file that halts a strategy, or all when undefined. */
function haltFile(strategy: string | undefined): string {
  if (strategy === undefined) return ALL_FILE;
  assert.ok(!strategy.includes('/'), 'the name of a strategy is part of a file name');
  return STRATEGY_PREFIX + strategy;
}

/** A text of fixed length that differs for different halts. */
export function digestOf({ all, strategies }: Halts): string {
  const files = [...(all ? [ALL_FILE] : []), ...[...strategies].map(haltFile)].sort();
  return createHash('sha256').update(files.join('/')).digest('hex').slice(0, DIGEST_CHARACTERS);
}

function toHalts(files: readonly string[]): Halts {
  const names = files.filter((file) => file.startsWith(STRATEGY_PREFIX));
  return {
    all: files.includes(ALL_FILE),
    strategies: new Set(names.map((file) => file.slice(STRATEGY_PREFIX.length))),
  };
}

/** Makes what was created or removed in a folder survive a power cut. */
function fsyncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
