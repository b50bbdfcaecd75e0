// What the first start says that it installs, beside the lock file and what lies in node_modules.

import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';

const MB = 1e6;
/** Files take whole blocks, and the packages for other processors have another size. */
const TOLERANCE = 0.1;

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly link?: boolean;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
}

const read = (file: string) => readFileSync(join(PROJECT_ROOT, file), 'utf8');

/** The folders that `npm ci --omit=dev --include=optional` makes on this machine, or with all packages. */
function installed(all = false): string[] {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(read('package-lock.json'));
  return Object.entries(packages)
    .filter(([folder, { dev, link }]) => folder.startsWith('node_modules/') && (all || !dev) && !link)
    .filter(([, { os, cpu }]) => allows(os, process.platform) && allows(cpu, process.arch))
    .map(([folder]) => folder)
    .filter((folder) => existsSync(join(PROJECT_ROOT, folder)));
}

function allows(names: string | readonly string[] | undefined, name: string): boolean {
  return names === undefined || [names].flat().includes(name);
}

function diskBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .map(({ name }) => join(folder, name))
    .map((entry) => (lstatSync(entry).isDirectory() ? diskBytes(entry) : lstatSync(entry).blocks * 512))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** A package may lie in the folder of another one, which counts it. */
function diskMb(folders: readonly string[]): number {
  const outermost = folders.filter((folder) => folder.split('node_modules/').length === 2);
  return outermost.reduce((sum, folder) => sum + diskBytes(join(PROJECT_ROOT, folder)), 0) / MB;
}

const CLAIM = /Node and (\d+) packages/;

test('the number of packages is that of the lock file, in the wrapper and in the README', () => {
  const packages = installed().filter((folder) => !folder.startsWith('node_modules/node-linux-'));
  for (const file of ['tickline', 'README.md'])
    assert.equal(Number(CLAIM.exec(read(file))?.[1]), packages.length, `${file}: ${packages}`);
});

test('the size on disk is that of these packages, for users and for developers', () => {
  const [users, developers] = [diskMb(installed()), diskMb(installed(true))];
  for (const [file, claim, found] of [
    ['tickline', /\((\d+) MB on disk\): Node and/, users],
    ['README.md', /take (\d+) MB on disk/, users],
    ['tickline', /\((\d+) MB on disk\): Node, the packages/, developers],
  ] as const) {
    const said = Number(claim.exec(read(file))?.[1]);
    assert.ok(Math.abs(said / found - 1) < TOLERANCE, `${file} says ${said} MB, found ${found}`);
  }
});

test('no package of the developers is installed for users', () => {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(read('package-lock.json'));
  const both = Object.keys(packages).filter((folder) => packages[folder]?.devOptional);
  assert.deepEqual(both, [], 'npm installs these for users too, as optional peers of what they need');
});
