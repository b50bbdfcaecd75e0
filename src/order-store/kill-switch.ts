// The kill switch of an order record: files in a folder beside it, so that it holds whatever dies, and needs no port.
//
//    orders.sqlite.halted/          mode 0700: whoever may not write here may not halt, or resume
//      all                          nobody trades
//      strategy-crossover           this strategy does not trade
//      in-force                     written by the OrderManager: its process id, and the halts that it holds to
//
// One file a halt: two people at it at once cannot undo each other's. A folder that cannot be read counts as a halt
// of all, and one that goes away changes nothing while an OrderManager runs.

import {
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ALL_HALTED, type Halts } from '../domain/risk/halts.ts';
import { codeOf } from '../platform/errors.ts';
import { openPrivate } from '../platform/private-file.ts';
import { KillSwitchError } from './kill-switch-errors.ts';

const { O_TRUNC, O_WRONLY } = constants;
const ALL = 'all';
const OF_STRATEGY = 'strategy-';
const IN_FORCE = 'in-force';

/** What an OrderManager says it holds to. */
export interface InForce {
  /** Its process id. */
  readonly pid: number;
  /** Names of files, as in the folder. */
  readonly files: readonly string[];
}

export class KillSwitch {
  readonly folder: string;

  /** @param record the file of the order record, without links on the way */
  constructor(record: string) {
    this.folder = `${record}.halted`;
  }

  /** Halts a strategy, or all; on the disk when it returns. @throws KillSwitchError */
  halt(strategy: string | undefined): void {
    this.#change(() => {
      closeSync(openPrivate(join(this.folder, fileOf(strategy)), O_WRONLY));
    });
  }

  /** Ends that halt, and no other. @throws KillSwitchError */
  resume(strategy: string | undefined): void {
    if (!this.isThere) return;
    this.#change(() => rmSync(join(this.folder, fileOf(strategy)), { force: true }));
  }

  /** The halts that are switched on; undefined when nobody ever halted. Throws nothing: what cannot be read halts all. */
  read(): Halts | undefined {
    try {
      return this.isThere ? haltsOf(readdirSync(this.folder)) : undefined;
    } catch (error) {
      return codeOf(error) === 'ENOENT' ? undefined : ALL_HALTED;
    }
  }

  /** What the OrderManager said last; undefined when it said nothing that can be read. */
  get inForce(): InForce | undefined {
    try {
      const [pid, ...files] = readFileSync(join(this.folder, IN_FORCE), 'latin1').trimEnd().split(' ');
      return { pid: Number(pid), files };
    } catch {
      return undefined;
    }
  }

  /** Says, as the OrderManager, what is held to from now on. @throws KillSwitchError */
  confirm(halts: Halts): void {
    const said = [process.pid, ...filesOf(halts)].join(' ');
    this.#do(() => {
      const open = openPrivate(join(this.folder, IN_FORCE), O_WRONLY | O_TRUNC);
      writeSync(open, `${said}\n`);
      closeSync(open);
    });
  }

  /** Takes over what another record's switch says: a halt goes on until somebody ends it. @throws KillSwitchError */
  takeOver(other: KillSwitch): Halts | undefined {
    const halts = other.read();
    if (halts?.all) this.halt(undefined);
    for (const strategy of halts?.strategies ?? []) this.halt(strategy);
    return halts;
  }

  /** Not existsSync(), which takes a folder that may not be looked into for none. */
  get isThere(): boolean {
    return statSync(this.folder, { throwIfNoEntry: false }) !== undefined;
  }

  #change(change: () => void): void {
    this.#do(() => {
      change();
      for (const folder of [this.folder, dirname(this.folder)]) toDisk(folder);
    });
  }

  #do(work: () => void): void {
    try {
      work();
    } catch (cause) {
      throw new KillSwitchError(this.folder, cause);
    }
  }
}

/** What was made and removed in a folder outlives a power cut from now on. */
function toDisk(folder: string): void {
  const open = openSync(folder, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}

/** The file that halts a strategy, or all. */
export function fileOf(strategy: string | undefined): string {
  return strategy === undefined ? ALL : OF_STRATEGY + strategy;
}

function haltsOf(files: readonly string[]): Halts {
  const names = files.filter((file) => file.startsWith(OF_STRATEGY));
  return {
    all: files.includes(ALL),
    strategies: new Set(names.map((file) => file.slice(OF_STRATEGY.length))),
  };
}

function filesOf({ all, strategies }: Halts): string[] {
  return [...(all ? [ALL] : []), ...[...strategies].map(fileOf)];
}
