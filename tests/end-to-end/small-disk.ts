// A small disk that only one process sees: mounted in its own mount namespace, and gone with the process. A tmpfs, or
// an ext4 in a file beside the folder.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const CHUNKS = [Buffer.alloc(4096, 0x55), Buffer.alloc(1, 0x55)];

export const fileSystems = ['tmpfs', 'ext4'] as const;
type FileSystem = (typeof fileSystems)[number];

/** How the disk of `$1` KiB gets to the folder `$2`. */
const MOUNTS: Record<FileSystem, string> = {
  tmpfs: 'mount -t tmpfs -o size="$1"k,mode=700 tmpfs "$2"',
  ext4: 'truncate -s "$1"k "$2".image && mkfs.ext4 -q -m 0 "$2".image && mount -o loop "$2".image "$2"',
};

/** Why a small disk is not possible here; false when it is. For the `skip` option of a test. */
export function noSmallDisk(fileSystem: FileSystem = 'tmpfs'): string | false {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-disk-'));
  try {
    const [command, ...words] = [...onSmallDisk(path.join(folder, 'disk'), 1024, fileSystem), 'true'];
    fs.mkdirSync(path.join(folder, 'disk'));
    return spawnSync(command, words).status === 0 ? false : `this user may not mount a ${fileSystem}`;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** The prefix of a command, so that it sees an empty disk of this size at `folder`. */
export function onSmallDisk(folder: string, kilobytes: number, fileSystem: FileSystem = 'tmpfs'): string[] {
  const mount = `${MOUNTS[fileSystem]} && shift 2 && exec "$@"`;
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
    for (const chunk of CHUNKS) writeUntilFull(file, chunk);
    fs.closeSync(file);
  }

  /** Makes room. */
  clear(): void {
    fs.rmSync(this.#filler);
  }

  /** Copies a file, or a folder with its files. */
  copy(name: string, to: string): void {
    fs.cpSync(path.join(this.#folder, name), to, { recursive: true });
  }

  get #filler(): string {
    return path.join(this.#folder, 'filler');
  }
}

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    for (;;) fs.writeSync(file, chunk);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
