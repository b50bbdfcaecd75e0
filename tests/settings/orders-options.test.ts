// The options of `orders` that exclude each other: none is left out in silence.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { argumentsFor, type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../run-process.ts';

const PRINTING: readonly (readonly [CommandLine, string])[] = [
  [{ json: true }, '--json'],
  [{ csv: true }, '--csv'],
  [{ last: '20' }, '--last'],
  [{ symbol: 'AAPL' }, '--symbol'],
  [{ only: 'crossover' }, '--strategy'],
];

for (const [action, name] of [
  [{ verify: true }, '--verify'],
  [{ backup: 'copy.sqlite' }, '--backup'],
] as const) {
  for (const [given, flag] of PRINTING) {
    test(`orders ${name} refuses ${flag}, which it would ignore`, () => {
      assert.throws(() => settingsFor('orders', { config: false, ...action, ...given }), {
        name: 'ConflictingOptionsError',
        message: `${flag} has no meaning with ${name}, which reads the whole record and prints no orders; leave one out`,
      });
    });
  }
}

test('orders does not verify and copy in one call', () => {
  assert.throws(() => settingsFor('orders', { config: false, verify: true, backup: 'copy.sqlite' }), {
    name: 'ConflictingOptionsError',
    message: '--verify and --backup are two actions; give one of them',
  });
});

test('a file that chooses what orders prints keeps nobody from a backup', (t) => {
  const config = join(temporaryFolder(t), 'options.json');
  writeFileSync(config, JSON.stringify({ json: true, last: 5 }));
  assert.ok(settingsFor('orders', { config, backup: 'copy.sqlite' }).backup?.endsWith('copy.sqlite'));
  settingsFor('orders', { config: false, verify: true, csv: false });
});

test('stat --once accepts a duration, which it does not exceed', () => {
  assert.equal(settingsFor('stat', { config: false, once: true, duration: '5s' }).once, true);
});

test('orders calls the strategy --strategy, in errors and in command lines too', () => {
  assert.throws(() => settingsFor('orders', { config: false, only: 'a b' }), /^\w+: --strategy "a b" is not/);
  assert.throws(() => settingsFor('halt', { config: false, only: 'a b' }), /^\w+: --only "a b" is not/);
  assert.deepEqual(argumentsFor('orders', { only: 'a' }), ['orders', '--no-config', '--strategy', 'a']);
});
