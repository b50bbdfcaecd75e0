// A run that cannot do its work says so with its status, and leaves no shared memory behind.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { bookPath } from '@tickline/price-book';
import { DRAIN_LIMITS } from '../../src/orchestrator/drain.ts';
import { running, untilOrderBookIsDown } from './quiet-run.ts';
import { openStack } from './stack.ts';
import { make, written } from './wrong-strategies.ts';

const LIMIT = { timeout: 180_000 };

test('a SIGTERM to the Gateway of a run ends the run with one line and status 1', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(stack.counter('gateway.pid'), 'SIGTERM');
  assert.deepEqual(await stack.untilExited(run), { status: 1, signal: null });
  assert.match(run.stderr, /^tickline run: gateway was stopped by a signal from outside, [^\n]+\n$/);
  assert.deepEqual(await stack.leftovers(), []);
});

test('a run that is stopped while its OrderBook is down leaves no price book', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  await untilOrderBookIsDown(stack, run);
  run.signal('SIGTERM');
  await stack.untilExited(run);
  assert.deepEqual(await stack.leftovers(), []);
});

test('a run whose strategy fails does not wait for ticks that nothing can evaluate', LIMIT, async (t) => {
  const stack = await openStack(t);
  const text = make("onTick() { if (++n === 300) throw new Error('boom'); return 'keep' }");
  const file = written(stack, 'throws.ts', text);
  const run = stack.start('run', '--strategy', file, '--loop', '--rate', '5000/s');
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null });
  const { ticks } = stack.summary();
  assert.ok(ticks.applied > ticks.seen);
  assert.doesNotMatch(run.stdout, /did not finish their work in time/);
  const waited =
    msOf(run.stdout, /stopping: the run stops/) - msOf(run.stdout, /stopping: gave up on strategy/);
  assert.ok(waited < DRAIN_LIMITS.noProgressMs, `${waited} ms`);
});

/** The time of day of the first such line of another process than the Gateway, in ms. */
function msOf(log: string, text: RegExp): number {
  const line = log.split('\n').find((one) => text.test(one) && !one.startsWith('gateway'));
  return Date.parse(`1970-01-01T${/\[(\S+)\]/.exec(line ?? '')?.[1]}Z`);
}

test('a run refuses a file in the place of its price book, and leaves it as it is', LIMIT, async (t) => {
  const stack = await openStack(t);
  const file = bookPath(stack.bookName);
  fs.writeFileSync(file, 'my notes');
  const run = stack.start('run');
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null });
  assert.match(run.stdout + run.stderr, /is not a price book: it has 8 bytes, /);
  assert.equal(fs.readFileSync(file, 'utf8'), 'my notes');
});
