// Every mistake in a strategy file that people make: one line, exit status 2, no restarts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from '../end-to-end/stack.ts';
import { runWith, WRONG, WrongStrategies, written } from '../end-to-end/wrong-strategies.ts';

test('a wrong strategy says in one line what is wrong', { timeout: 240_000 }, async (t) => {
  const stage = await WrongStrategies.open(t);
  for (const [name, text, says] of WRONG)
    await t.test(`${name}: ${says.source}`, async () =>
      assert.match(await stage.lineOf(written(stage.stack, name, text)), says),
    );
});

test('a class stops a whole run with status 2, and is not restarted', { timeout: 180_000 }, async (t) => {
  const stack = await openStack(t);
  const run = runWith(stack, stack.file('class.ts', 'export default class Mine { onTick() { return 1 } }'));
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
  assert.match(run.stderr, / is not a strategy: its default export is a class; /);
  assert.doesNotMatch(run.stdout, /restarting/);
});
