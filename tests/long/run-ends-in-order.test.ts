// The ways to stop a run that tests/end-to-end/run-ends-in-order.test.ts leaves out.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { assertEndsInOrder, DONE, running } from '../end-to-end/ending-a-run.ts';
import { hasLog, openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };

test('SIGTERM stops a run in order', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  run.signal('SIGTERM');
  await assertEndsInOrder(stack, run);
});

test('Ctrl-C, which a terminal sends to all processes, stops a run in order', LIMIT, async (t) => {
  const { stack, run } = await running(t);
  process.kill(-run.pid, 'SIGINT');
  await assertEndsInOrder(stack, run);
});

test(
  'a run stops in order when its duration is over, which counts from when it is ready',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    await assertEndsInOrder(stack, stack.start('run', '--loop', '--duration', '1s'));
    assert.ok(stack.summary().ticks.sent > 0);
  },
);

test('Ctrl-C while the first processes start stops the run immediately', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start('run');
  await stack.until('a process was started', () => run.group.length > 1);
  run.signal('SIGINT');
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  assert.deepEqual(await stack.leftovers(), []);
});

test('Ctrl-C before the Gateway starts stops the run, and the Gateway is not started', LIMIT, async (t) => {
  const stack = await openStack(t);
  const gate = path.join(stack.folder, 'gate');
  const waits = `import fs from 'node:fs';
      while (!fs.existsSync(${JSON.stringify(gate)})) await new Promise((resolve) => setTimeout(resolve, 5));
      export default () => ({ onTick: () => 0 });\n`;
  const run = stack.start('run', '--strategy', stack.file('waits.ts', waits));
  await stack.until('the first processes have started', () => run.group.length > 3); // before that, the run itself holds the port
  await stack.untilServed(stack.orderPort);
  run.signal('SIGINT');
  await stack.until('the run is asked to stop', () => run.stdout.includes('stopping: Ctrl-C'));
  fs.writeFileSync(gate, ''); // now the Strategy could become ready
  assert.deepEqual(await stack.untilExited(run), DONE, run.stderr);
  assert.equal(hasLog(stack, 'gateway'), false);
  assert.deepEqual(await stack.leftovers(), []);
});
