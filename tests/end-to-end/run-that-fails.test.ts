// A run that cannot do its work says so with its status, and leaves no shared memory behind.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import { bookFiles } from '@tickline/price-book';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };

const EXITS = {
  'in a tick':
    'let n = 0; export default () => ({ onTick() { if (++n === 30) process.exit(0); return 1; } });',
  'while it is loaded': 'process.exit(0);',
  'later, from a timer':
    'setTimeout(() => process.exit(0), 500); export default () => ({ onTick: () => 0 });',
};

for (const [when, text] of Object.entries(EXITS)) {
  test(
    `a strategy that calls process.exit(0) ${when} ends the run with one line and status 2`,
    LIMIT,
    async (t) => {
      const stack = await openStack(t);
      const file = stack.file('exits.ts', text);
      const run = stack.start('run', '--loop', '--strategy', file);
      assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null });
      assert.ok(
        run.stderr.startsWith(`tickline strategy: --strategy ${file} ended its process (process.exit(0))`),
        run.stderr,
      );
      assert.match(
        run.stderr,
        /^[^\n]+\ntickline run: gave up on strategy: a restart cannot help, [^\n]+\n$/,
      );
      assert.deepEqual(bookFiles(stack.bookName), []);
    },
  );
}

/** At its own pace: the third tick comes after a day, so nothing is under way when the run is stopped. */
const QUIET_AFTER_TWO_TICKS = 'timestamp,symbol,price\n2024-01-02,A,1\n2024-01-02,A,2\n2024-01-03,A,3\n';

async function running(t: TestContext): Promise<{ stack: Stack; run: StartedProcess }> {
  const stack = await openStack(t);
  const run = stack.start('run', '--rate', '1x', '--data', stack.file('prices.csv', QUIET_AFTER_TWO_TICKS));
  await stack.until('both ticks are seen', () => stack.counter('strategy.ticksSeen') === 2);
  return { stack, run };
}

/** Kills the OrderBook at each start, until the run waits for seconds before it starts it again. */
async function untilOrderBookIsDown(stack: Stack, run: StartedProcess): Promise<void> {
  await stack.until('the pause before a restart has grown', () => {
    for (const pid of run.group) if (isOrderBook(pid)) process.kill(pid, 'SIGKILL');
    return /orderbook died .SIGKILL.; restarting it in 2000 ms; killed \d+ times in a row/.test(run.stdout);
  });
}

function isOrderBook(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes('orderbook');
  } catch {
    return false; // it has exited
  }
}

for (const name of ['gateway', 'order-manager'] as const) {
  test(`a SIGTERM to the ${name} of a run ends the run with one line and status 1`, LIMIT, async (t) => {
    const { stack, run } = await running(t);
    process.kill(stack.counter(`${name}.pid`), 'SIGTERM');
    assert.deepEqual(await stack.untilExited(run), { status: 1, signal: null });
    assert.match(
      run.stderr,
      new RegExp(`^tickline run: ${name} was stopped by a signal from outside, [^\\n]+\\n$`),
    );
    assert.deepEqual(await stack.leftovers(), []);
  });
}

test('a run that is stopped while its OrderBook is down leaves no price book', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  await untilOrderBookIsDown(stack, run);
  run.signal('SIGTERM');
  await stack.untilExited(run);
  assert.deepEqual(await stack.leftovers(), []);
});

test('a run whose OrderBook does not stop, and is killed, leaves no price book', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(stack.counter('orderbook.pid'), 'SIGSTOP');
  run.signal('SIGTERM');
  await stack.untilExited(run);
  assert.match(run.stdout, /orderbook did not stop within/);
  assert.deepEqual(await stack.leftovers(), []);
});

test('a run that is interrupted twice while its OrderBook is down leaves no price book', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(stack.counter('gateway.pid'), 'SIGSTOP'); // the run waits for it
  await untilOrderBookIsDown(stack, run);
  run.signal('SIGINT');
  await stack.until('the run is asked to stop', () => run.stdout.includes('stopping: Ctrl-C'));
  run.signal('SIGINT');
  // Its output is not complete: the stopped Gateway still has it open.
  await stack.until('the run exits', () => !run.group.includes(run.pid));
  assert.deepEqual(bookFiles(stack.bookName), []);
  run.killGroup();
});
