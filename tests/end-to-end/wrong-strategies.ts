// Strategy files with the mistakes that people make, and a stack to start them in.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';

const TICKS = 60;

export const make = (onTick: string) => `export default function make() { let n = 0; return { ${onTick} } }`;

/** The file, and what the line says after its name. */
export const WRONG: readonly (readonly [name: string, text: string, says: RegExp])[] = [
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

export function runWith(stack: Stack, file: string, ...words: string[]): StartedProcess {
  const feed = ['--data', prices(stack), '--lossless', '--rate', 'max'];
  return stack.start('run', ...feed, '--strategy', file, ...words);
}

export function written(stack: Stack, name: string, text: string): string {
  const file = path.join(stack.folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** A stack in which strategies are started one after the other. */
export class WrongStrategies {
  readonly stack: Stack;

  private constructor(stack: Stack) {
    this.stack = stack;
  }

  static async open(t: TestContext): Promise<WrongStrategies> {
    const stack = await openStack(t);
    stack.start('orderbook');
    stack.start('order-manager');
    stack.start('gateway', '--data', prices(stack), '--loop', '--rate', '500');
    await stack.until('ticks flow', () => stack.counter('orderbook.ticksApplied') > 0);
    return new WrongStrategies(stack);
  }

  /** Starts a strategy with the file. Returns its one line, in which the file is named. */
  async lineOf(file: string, ...words: string[]): Promise<string> {
    const strategy = this.stack.start('strategy', '--strategy', file, ...words);
    const exit = await this.stack.untilExited(strategy);
    assert.deepEqual(exit, { status: 2, signal: null }, strategy.stderr);
    assert.match(strategy.stderr, /^[^\n]+\n$/);
    assert.ok(strategy.stderr.includes(file), strategy.stderr);
    return strategy.stderr;
  }
}
