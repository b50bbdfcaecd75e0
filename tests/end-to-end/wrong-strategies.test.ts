// Strategy files with the mistakes that people make: one line, exit status 2, no restarts.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const TICKS = 60;

const make = (onTick: string) => `export default function make() { let n = 0; return { ${onTick} } }`;

/** The file, and what the line says after its name. */
const WRONG: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  [
    'text.ts',
    make("onTick() { return 'BUY' }"),
    / stopped: onTick for A returned 'BUY'; expected .*; to buy, write/,
  ],
  ['nothing.ts', make('onTick() { n++ }'), / stopped: onTick for A returned nothing \(undefined\); .*'keep'/],
  ['async.ts', make('async onTick() { return 1 }'), / stopped: onTick for A returned a promise; /],
  ['big.ts', make('onTick() { return 1n }'), / stopped: onTick for A returned 1n, a BigInt; /],
  [
    'throws.ts',
    make("onTick() { if (++n === 30) throw new Error('boom'); return 1 }"),
    / stopped: onTick for A threw Error: boom at .*throws\.ts:1:\d+/,
  ],
  [
    'exit.ts',
    make('onTick() { if (++n === 30) process.exit(0); return 1 }'),
    / ended its process \(process\.exit\(0\)\) at .*exit\.ts:1:\d+: /,
  ],
  [
    'rejection.ts',
    make("onTick() { if (++n === 30) Promise.reject(new Error('late')); return 1 }"),
    / stopped: a promise was rejected, and nothing handled it: Error: late at .*rejection\.ts:1:\d+/,
  ],
  [
    'timer.ts',
    make("start() { setTimeout(() => { throw new Error('tock') }, 1) }, onTick() { return 1 }"),
    / stopped: it threw outside of its hooks: Error: tock at .*timer\.ts:1:\d+/,
  ],
  [
    'factory.ts',
    'export default async () => ({ onTick: () => 1 })',
    / stopped: its default export returned a promise; /,
  ],
  [
    'class.ts',
    'export default class Mine { onTick() { return 1 } }',
    / is not a strategy: its default export is a class; /,
  ],
  ['syntax.ts', 'export default function make({return{}}', / is not a strategy: .* at .*syntax\.ts:1:\d+/],
  ['mine.py', 'def on_tick(): return 1', / is not a strategy: it is Python; /],
];

/** A day of prices of symbol A, which a looped replay repeats. */
function prices(stack: Stack): string {
  const rows = Array.from(
    { length: TICKS },
    (_, day) => `2024-01-01 00:00:${String(day).padStart(2, '0')},A,${100 + day}`,
  );
  return stack.file('prices.csv', ['timestamp,symbol,price', ...rows, ''].join('\n'));
}

function runWith(stack: Stack, file: string, ...words: string[]): StartedProcess {
  const feed = ['--data', prices(stack), '--lossless', '--rate', 'max'];
  return stack.start('run', ...feed, '--strategy', file, ...words);
}

function written(stack: Stack, name: string, text: string): string {
  const file = path.join(stack.folder, name);
  fs.writeFileSync(file, text);
  return file;
}

test('a wrong strategy says in one line what is wrong', { timeout: 240_000 }, async (t) => {
  const stack = await openStack(t);
  stack.start('orderbook');
  stack.start('order-manager');
  stack.start('gateway', '--data', prices(stack), '--loop', '--rate', '500');
  await stack.until('ticks flow', () => stack.counter('orderbook.ticksApplied') > 0);
  const lineOf = async (file: string, ...words: string[]) => {
    const strategy = stack.start('strategy', '--strategy', file, ...words);
    assert.deepEqual(await stack.untilExited(strategy), { status: 2, signal: null }, strategy.stderr);
    assert.match(strategy.stderr, /^[^\n]+\n$/);
    assert.ok(strategy.stderr.includes(file), strategy.stderr);
    return strategy.stderr;
  };

  for (const [name, text, says] of WRONG)
    await t.test(`${name}: ${says.source}`, async () =>
      assert.match(await lineOf(written(stack, name, text)), says),
    );

  await t.test('a parameter that the file does not declare', async () => {
    const file = written(stack, 'right.ts', make('onTick() { return 1 }'));
    assert.match(
      await lineOf(file, '--param', 'short=5'),
      /--param of .*: no parameter is named "short"; expected none/,
    );
  });
});

for (const [name, text, says] of WRONG.filter(([name]) => ['exit.ts', 'class.ts'].includes(name))) {
  test(`${name} stops a whole run with status 2, and is not restarted`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const run = runWith(stack, written(stack, name, text));
    assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
    const [ofStrategy = '', ofRun, ...others] = run.stderr.trim().split('\n');
    assert.match(ofStrategy, says);
    assert.match(ofRun ?? '', /^tickline run: /);
    assert.deepEqual(others, []);
    assert.doesNotMatch(run.stdout, /restarting/);
  });
}

test('an onTick that does not return is reported with its symbol while it hangs', LIMIT, async (t) => {
  const stack = await openStack(t);
  const text = make('onTick() { if (++n === 30) for (;;); return 1 }');
  const run = runWith(stack, stack.file('hangs.ts', text));
  await stack.until('the hang is reported', () =>
    / strategy .*hangs\.ts hangs: onTick for A has not returned for 5 s; /.test(run.stdout),
  );
  assert.equal(run.exit, undefined);
  run.signal('SIGTERM');
  await stack.untilExited(run);
});
