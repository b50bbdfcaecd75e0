// The wall clock of a command and of all that it starts, moved while they run. Needs a C compiler.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { TicklineError } from '../../src/platform/errors.ts';

const NS_PER_S = 1e9;
const SOURCE = path.join(import.meta.dirname, 'stepped-clock.c');

/** The library of the clock could not be built. */
class ClockBuildError extends TicklineError {
  constructor(found: string) {
    super(`no clock that steps: ${found}; install a C compiler as cc`);
  }
}

export class SteppedClock {
  /** The prefix of a command. */
  readonly wrapper: readonly string[];
  readonly #file: string;

  /** @param folder gets the library and the file that holds the step @throws ClockBuildError */
  constructor(folder: string, name = 'step') {
    const library = path.join(folder, 'stepped-clock.so');
    if (!fs.existsSync(library)) build(library);
    this.#file = path.join(folder, name);
    fs.writeFileSync(this.#file, Buffer.alloc(8));
    this.wrapper = ['env', `LD_PRELOAD=${library}`, `STEPPED_CLOCK=${this.#file}`];
  }

  /** How far it is from the true one. */
  set(seconds: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Math.round(seconds * NS_PER_S)));
    const fd = fs.openSync(this.#file, 'r+'); // written in place: it is mapped
    fs.writeSync(fd, bytes, 0, 8, 0);
    fs.closeSync(fd);
  }
}

/** @throws ClockBuildError */
function build(library: string): void {
  const words = ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'];
  const { status, stderr, error } = spawnSync('cc', words, { encoding: 'utf8' });
  if (status !== 0) throw new ClockBuildError(error?.message ?? stderr);
}
