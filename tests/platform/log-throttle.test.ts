import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import type { LogFields } from '../../src/platform/log.ts';
import { LogThrottle } from '../../src/platform/log-throttle.ts';
import { until } from '../../tools/testing/poll.ts';

/** How many events the lines stand for, and what they say. */
function lines() {
  const counts: unknown[] = [];
  const messages: string[] = [];
  const write = ({ count }: LogFields, message: string) => {
    counts.push(count);
    messages.push(message);
  };
  return { counts, messages, write };
}

function log(throttle: LogThrottle, timesMs: readonly number[]): void {
  for (const now of timesMs) throttle.log({ event: 'bad-frame' }, `bad frame at ${now}`, now);
}

test('the first event of a second is logged, and counts those before it that were not', () => {
  const { counts, messages, write } = lines();
  log(new LogThrottle(write), [0, 1, 500, 999, 1_000, 1_500, 9_000]);
  assert.deepEqual(counts, [1, 4, 2]);
  assert.deepEqual(messages, [
    'bad frame at 0',
    'bad frame at 1000 (and 3 more before it)',
    'bad frame at 9000 (and 1 more before it)',
  ]);
});

test('as many events per second as allowed are logged one by one', () => {
  const { counts, write } = lines();
  log(new LogThrottle(write, 2), [0, 1, 500, 999, 1_000, 1_500, 1_600, 9_000]);
  assert.deepEqual(counts, [1, 1, 3, 1, 2]);
});

test('events after which no other comes are logged all the same', async () => {
  const { messages, write } = lines();
  log(new LogThrottle(write), [0, 1, 2]);
  await until('a line about the last two events', () => messages.length === 2);
  assert.equal(messages[1], 'bad frame at 2 (and 1 more before it)');
});

test('a stream of events has one line per second, whenever its timers run', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { counts, write } = lines();
  const throttle = new LogThrottle(write);
  let events = 0;
  for (let now = 0; now < 60_000; now += 7) {
    log(throttle, [now]);
    events++;
    if (now % 3 === 0) t.mock.timers.tick(21); // the event loop was busy until now
  }
  throttle.flush();
  assert.equal(
    counts.reduce<number>((sum, count) => sum + Number(count), 0),
    events,
  );
  assert.ok(counts.length <= 62, `${counts.length} lines in 60 s`);
});

test('events shortly before the process exits are logged', () => {
  const program = `
    import { LogThrottle } from '${import.meta.resolve('../../src/platform/log-throttle.ts')}';
    const throttle = new LogThrottle((fields, message) => console.log(message));
    for (let event = 0; event < 5; event++) throttle.log({ event: 'bad-frame' }, 'bad frame');
    process.exit(0);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.equal(output, 'bad frame\nbad frame (and 3 more before it)\n');
});
