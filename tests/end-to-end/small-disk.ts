// A small disk that only one process sees: a tmpfs in its own mount namespace, which disappears with the
// process.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const CHUNK = Buffer.alloc(4096, 0x55);

/** Why a small disk is not possible here; false when it is. For the `skip` option of a test. */
export const noSmallDisk: string | false =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
    ? false
    : 'this user may not mount a disk';

/** The prefix of a command, so that it sees an empty disk of this size at `folder`. */
export function onSmallDisk(folder: string, kilobytes: number): string[] {
  const mount = 'mount -t tmpfs -o size="$1"k,mode=700 tmpfs "$2" && shift 2 && exec "$@"';
  return ['unshare', '-m', 'sh', '-c', mount, 'sh', String(kilobytes), folder];
}

/** The disk of a process, seen from outside. */
export class SmallDisk {
  readonly #folder: string;

  /** @param pid the process that was started on it @param folder where it sees the disk */
  constructor(pid: number, folder: string) {
    this.#folder = `/proc/${pid}/root${folder}`;
  }

  /** Writes until the disk is full. */
  fill(): void {
    const file = fs.openSync(this.#filler, 'a');
    try {
      for (;;) fs.writeSync(file, CHUNK);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    } finally {
      fs.closeSync(file);
    }
  }

  /** Makes room. */
  clear(): void {
    fs.rmSync(this.#filler);
  }

  copy(name: string, to: string): void {
    fs.copyFileSync(path.join(this.#folder, name), to);
  }

  get #filler(): string {
    return path.join(this.#folder, 'filler');
  }
}
