// The machine that results were measured on, and the versions of everything measured.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly kernel: string;
  readonly node: string;
  /** Versions by package. */
  readonly packages: Readonly<Record<string, string>>;
  /** Versions by program, as each prints its own. */
  readonly programs: Readonly<Record<string, string>>;
}

const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  python3: ['--version'],
  numpy: [],
  cc: ['--version'],
  'redis-server': ['--version'],
  'nats-server': ['--version'],
};

/** The files that a measurement depends on, without those that it writes. */
const MEASURED = ['packages', 'src', 'tools/bench', ':!tools/bench/results', 'package-lock.json'];

export function thisMachine(): Machine {
  const cpus = os.cpus();
  const packageJson = JSON.parse(fs.readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8'));
  return {
    cpu: cpus[0]?.model ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    system: systemName(),
    kernel: os.release(),
    node: process.version,
    packages: { ...packageJson.dependencies, ...packageJson.devDependencies },
    programs: Object.fromEntries(
      Object.entries(PROGRAMS).map(([name, args]) => [name, versionOf(name, args)]),
    ),
  };
}

/** The commit that is checked out, with `+` if files differ from it. */
export function commit(): string {
  const head = output('git', ['-C', PROJECT_ROOT, 'rev-parse', '--short', 'HEAD']);
  if (head === undefined) return 'unknown';
  const changed = output('git', ['-C', PROJECT_ROOT, 'status', '--porcelain', '--', ...MEASURED]);
  return changed ? `${head}+` : head;
}

function systemName(): string {
  try {
    const release = fs.readFileSync('/etc/os-release', 'utf8');
    return /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? os.type();
  } catch {
    return os.type();
  }
}

function versionOf(name: string, args: readonly string[]): string {
  const said =
    name === 'numpy'
      ? output('python3', ['-c', 'import numpy; print(numpy.__version__)'])
      : output(name, args);
  return said?.split('\n')[0] ?? 'not installed';
}

function output(file: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
