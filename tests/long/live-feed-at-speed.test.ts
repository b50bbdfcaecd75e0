// Several thousand trades per second of a live exchange for as long as it takes to see whether memory grows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryOf } from '../../tools/testing/proc.ts';
import { openStack } from '../end-to-end/stack.ts';
import { FakeExchange } from '../gateway/feeds/live/fake-exchange.ts';
import { FAKE_BINANCE, FAKE_COINBASE, FAKE_KRAKEN } from '../gateway/feeds/live/fake-protocols.ts';

const TRADES_PER_SECOND = 5_000;
const TRADES = 400_000;
/** By then buffers, code and pages of the ring have their size. */
const SETTLED_AFTER = 100_000;
/** A process that keeps 100 bytes of each trade runs out of this heap, and dies. */
const HEAP = 'NODE_OPTIONS=--max-old-space-size=48';
/** So that the window is full long before memory counts as settled. */
const BOUNDS = ['--replay-window', '64KiB', '--stale-after', '5m'];
/** The heap grows and shrinks by 30 MiB between two collections. */
const GROWTH_MAX = 32 * 1024 * 1024;
const STEP_MS = 10;
const PROCESSES = ['gateway', 'orderbook', 'strategy'] as const;

for (const [name, protocol] of Object.entries({
  kraken: FAKE_KRAKEN,
  coinbase: FAKE_COINBASE,
  binance: FAKE_BINANCE,
})) {
  test(`a stack on ${name} does not grow at ${TRADES_PER_SECOND} trades per second, and loses none`, {
    timeout: 900_000,
  }, async (t) => {
    const exchange = await FakeExchange.start(t, protocol);
    const stack = await openStack(t);
    const source = ['--source', name, '--feed-url', exchange.url, '--symbols', protocol.symbols.join(',')];
    const run = stack.startUnder(['env', HEAP], 'run', ...source, ...BOUNDS);
    await stack.until('the Gateway is subscribed', () => exchange.subscribers === 1);
    await stack.until('the Strategy is ready', () => stack.counter('strategy.newsSeen') > 0);

    let made = 0;
    const startedMs = performance.now();
    const timer = setInterval(() => {
      const due = Math.min(TRADES, ((performance.now() - startedMs) / 1_000) * TRADES_PER_SECOND);
      for (; made < due; made++)
        exchange.trade(protocol.symbols[made & 1], `${20_000 + ((made * 7) % 9_973)}.${10 + (made % 89)}`);
    }, STEP_MS);
    t.after(() => clearInterval(timer));
    const seen = (ticks: number) => () =>
      stack.counter('strategy.ticksSeen') + stack.counter('strategy.ticksLapped') >= ticks;
    const memory = () => PROCESSES.map((process) => memoryOf(stack.counter(`${process}.pid`)).anonymous);
    await stack.until('memory is settled', seen(SETTLED_AFTER), 400_000);
    const before = memory();
    await stack.until('all trades are seen', seen(TRADES), 400_000);
    const after = memory();
    t.diagnostic(
      PROCESSES.map((process, i) => `${process} ${mib(before[i])} to ${mib(after[i])}`).join(', '),
    );
    for (const [i, process] of PROCESSES.entries())
      assert.ok(after[i] - before[i] < GROWTH_MAX, `${process}: ${mib(before[i])} became ${mib(after[i])}`);
    run.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
    const { ticks, restarts } = stack.summary();
    assert.ok(Object.values(restarts).every((times) => times === 0));
    assert.deepEqual([ticks.sent, ticks.applied, ticks.missed, ticks.skippedRows], [TRADES, TRADES, 0, 0]);
    assert.deepEqual(exchange.breaches, []);
  });
}

function mib(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
