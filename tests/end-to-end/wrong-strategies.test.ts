// Strategy files with the mistakes that people make, each through a whole run: one line, exit status 2, no restarts.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, type TestContext, test } from 'node:test';
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

function prices(stack: Stack): string {
  const rows = Array.from(
    { length: TICKS },
    (_, day) => `2024-01-01 00:00:${String(day).padStart(2, '0')},A,${100 + day}`,
  );
  return stack.file('prices.csv', ['timestamp,symbol,price', ...rows, ''].join('\n'));
}

function runWith(stack: Stack, file: string, ...words: string[]): StartedProcess {
  return stack.start(
    'run',
    '--data',
    prices(stack),
    '--lossless',
    '--rate',
    'max',
    '--strategy',
    file,
    ...words,
  );
}

/** The one line of the Strategy on standard error. */
async function lineOf(t: TestContext, name: string, text: string, ...words: string[]): Promise<string> {
  const stack = await openStack(t);
  const file = path.join(stack.folder, name);
  fs.writeFileSync(file, text);
  const run = runWith(stack, file, ...words);
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
  const lines = run.stderr.trim().split('\n');
  assert.equal(lines.length, 2, run.stderr); // of the Strategy, and of the run
  assert.ok(lines[0].includes(file), lines[0]);
  assert.doesNotMatch(run.stdout, /restarting/);
  return lines[0];
}

suite('a wrong strategy stops the run with one line', { concurrency: 3 }, () => {
  for (const [name, text, says] of WRONG) {
    test(`${name}: ${says.source}`, LIMIT, async (t) => assert.match(await lineOf(t, name, text), says));
  }

  test('a parameter that the file does not declare', LIMIT, async (t) => {
    const line = await lineOf(t, 'right.ts', make('onTick() { return 1 }'), '--param', 'short=5');
    assert.match(line, /--param of .*: no parameter is named "short"; expected none/);
  });
});

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
