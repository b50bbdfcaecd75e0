// A run that cannot do its work: the cases that tests/end-to-end/run-that-fails.test.ts leaves out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookFiles } from '@tickline/price-book';
import { running, untilOrderBookIsDown } from '../end-to-end/quiet-run.ts';
import { openStack } from '../end-to-end/stack.ts';

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

test('a SIGTERM to the OrderManager of a run ends the run with one line and status 1', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(stack.counter('order-manager.pid'), 'SIGTERM');
  assert.deepEqual(await stack.untilExited(run), { status: 1, signal: null });
  assert.match(run.stderr, /^tickline run: order-manager was stopped by a signal from outside, [^\n]+\n$/);
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
