// At full speed no process makes an object a tick, nor a number that V8 makes an object of: but for the price on its way
// into a strategy's rules, for which it depends on what V8 has inlined. The collector says how much there was to collect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from '../end-to-end/stack.ts';

/** Enough for the code to be compiled in the meantime; then it is looked at again. */
const TICKS = 10_000_000;
const LOOKS_MAX = 10;
/** A fraction is an object of 16; what goes by time, or by batch, is less than the rest. */
const BYTES_A_TICK_MAX: Readonly<Record<string, number>> = { gateway: 6, orderbook: 6, strategy: 24 };
const BYTES_PER_MB = 1024 * 1024;

test('a tick that asks for no order leaves next to nothing to collect', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  const traced = (name: 'gateway' | 'orderbook' | 'strategy', ...options: string[]) =>
    stack.startWith(['--trace-gc'], name, '--lossless', ...options);
  stack.start('order-manager');
  const processes = {
    orderbook: traced('orderbook'),
    strategy: traced('strategy', '--bullish', '100', '--bearish', '0'),
    gateway: traced('gateway', '--source', 'random', '--rate', 'max', '--news-every', '1000000000ticks'),
  };
  let left: Record<string, number> = {};
  for (let look = 0; look < LOOKS_MAX; look++) {
    left = await leftByTicks(stack, processes);
    t.diagnostic(`bytes a tick: ${JSON.stringify(left)}`);
    if (tooMuch(left).length === 0) break;
  }
  assert.deepEqual(tooMuch(left), []);
  assert.ok(collectedBytes(processes.strategy) > 0, 'the collector says what it does');
});

function tooMuch(left: Readonly<Record<string, number>>): string[] {
  const names = Object.keys(left).filter((name) => left[name] >= BYTES_A_TICK_MAX[name]);
  return names.map((name) => `${name} leaves ${left[name]} bytes a tick`);
}

/** How many bytes each process leaves a tick, while the next ticks are evaluated. */
async function leftByTicks(stack: Stack, processes: Readonly<Record<string, StartedProcess>>) {
  const seen = () => stack.counter('strategy.ticksSeen');
  const collected = () => Object.values(processes).map(collectedBytes);
  const [before, from] = [collected(), seen()];
  await stack.until('the ticks are evaluated', () => seen() > from + TICKS);
  const [after, ticks] = [collected(), seen() - from];
  const left = after.map((bytes, index) => Number(((bytes - before[index]) / ticks).toFixed(2)));
  return Object.fromEntries(Object.keys(processes).map((name, index) => [name, left[index]]));
}

/** Of all scavenges so far, as `--trace-gc` tells them: `Scavenge 24.1 (32.4) -> 17.7 (32.4) MB`. */
function collectedBytes({ stdout }: StartedProcess): number {
  let megabytes = 0;
  for (const [, from, to] of stdout.matchAll(/Scavenge ([\d.]+) \([\d.]+\) -> ([\d.]+)/g))
    megabytes += Number(from) - Number(to);
  return megabytes * BYTES_PER_MB;
}
