// The house stands: imports point down the list of docs/architecture.md, and the rules of trading do no I/O.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { PROJECT_ROOT } from '../src/config/options.ts';

/** From the top down; the files that are processes share a floor. */
const FLOORS = [
  'main.ts',
  'commands',
  'process',
  'dashboard',
  'supervision',
  'config',
  'feed',
  'wire',
  'shared-memory',
  'orders',
  'trading',
  'system',
];
const IMPORT = /(?:from|import) ?\(?'([^']+)'/g;

const files = globSync('src/**/*.ts', { cwd: PROJECT_ROOT });

function floorOf(file: string): number {
  const [first, second] = relative('src', file).split('/');
  const floor = FLOORS.indexOf(second === undefined && first !== 'main.ts' ? 'process' : first);
  assert.ok(floor >= 0, `${file} lies on no floor`);
  return floor;
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(PROJECT_ROOT, file), 'utf8');
  return [...text.matchAll(IMPORT)].map(([, target]) => target);
}

test('imports point down', () => {
  const up = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => join(dirname(file), target))
      .filter((target) => target.startsWith('src/') && floorOf(target) < floorOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  assert.deepEqual(up, []);
});

test('the rules of trading import nothing that does I/O', () => {
  const rules = files.filter((file) => file.startsWith('src/trading/'));
  assert.ok(rules.length > 5);
  const outside = rules.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith('./') && target !== '../system/errors.ts')
      .map((target) => `${file} imports ${target}`),
  );
  assert.deepEqual(outside, []);
});
