// At full speed no process makes an object a tick, nor a number that V8 makes an object of. The collector says how much
// there was to collect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stack, type Started } from './stack.ts';

/** Until then code is compiled, and symbols are learned. */
const WARM_UP_TICKS = 10_000_000;
const TICKS = 20_000_000;
/** The least object is one of 12; what goes by time, or by batch, is less than this here. */
const BYTES_A_TICK_MAX = 6;
const BYTES_PER_MB = 1024 * 1024;

test('ticks that ask for no order leave nothing to collect', { timeout: 180_000 }, async (t) => {
  const stack = await Stack.of(t);
  const traced = (name: 'gateway' | 'orderbook' | 'strategy', ...options: string[]) =>
    stack.startWith(['--trace-gc'], name, '--lossless', ...options);
  stack.start('order-manager');
  const processes = {
    orderbook: traced('orderbook'),
    strategy: traced('strategy', '--bullish', '100', '--bearish', '0'),
    gateway: traced('gateway', '--source', 'random', '--rate', 'max', '--news-every', '1000000000'),
  };
  const seen = () => stack.counter('strategy.ticksSeen');
  await stack.until('the code is warm', () => seen() > WARM_UP_TICKS);
  const before = Object.values(processes).map(collectedBytes);
  const from = seen();
  await stack.until('the ticks are evaluated', () => seen() > from + TICKS);
  const ticks = seen() - from;

  for (const [index, [name, started]] of Object.entries(processes).entries()) {
    const bytes = (collectedBytes(started) - before[index]) / ticks;
    t.diagnostic(`${name}: ${bytes.toFixed(2)} bytes a tick`);
    assert.ok(bytes < BYTES_A_TICK_MAX, `${name} leaves ${bytes.toFixed(1)} bytes a tick`);
  }
  assert.ok(collectedBytes(processes.strategy) > 0, 'the collector says what it does');
});

/** Of all scavenges so far, as `--trace-gc` tells them: `Scavenge 24.1 (32.4) -> 17.7 (32.4) MB`. */
function collectedBytes({ stdout }: Started): number {
  let megabytes = 0;
  for (const [, from, to] of stdout.matchAll(/Scavenge ([\d.]+) \([\d.]+\) -> ([\d.]+)/g))
    megabytes += Number(from) - Number(to);
  return megabytes * BYTES_PER_MB;
}
