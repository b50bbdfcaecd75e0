// Every mistake in a strategy file that people make: one line, exit status 2, no restarts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStack } from '../end-to-end/stack.ts';
import { make, runWith, WRONG, WrongStrategies, written } from '../end-to-end/wrong-strategies.ts';

const LIMIT = { timeout: 180_000 };

test('a wrong strategy says in one line what is wrong', { timeout: 240_000 }, async (t) => {
  const stage = await WrongStrategies.open(t);
  for (const [name, text, says] of WRONG)
    await t.test(`${name}: ${says.source}`, async () =>
      assert.match(await stage.lineOf(written(stage.stack, name, text)), says),
    );
});

test('a class stops a whole run with status 2, and is not restarted', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = runWith(stack, stack.file('class.ts', 'export default class Mine { onTick() { return 1 } }'));
  assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
  assert.match(run.stderr, / is not a strategy: its default export is a class; /);
  assert.doesNotMatch(run.stdout, /restarting/);
});

for (const [name, text, says] of WRONG.filter(([name]) => name === 'exit.ts')) {
  test(`${name} stops a whole run with status 2, and is not restarted`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const run = runWith(stack, written(stack, name, text));
    assert.deepEqual(await stack.untilExited(run), { status: 2, signal: null }, run.stdout + run.stderr);
    const [ofStrategy = '', ofRun, ...others] = run.stderr.trim().split('\n');
    assert.match(ofStrategy, says);
    assert.match(ofRun ?? '', /^tickline run: /);
    assert.deepEqual(others, []);
    assert.doesNotMatch(run.stdout, /restarting/);
  });
}

test('an onTick that does not return is reported with its symbol while it hangs', LIMIT, async (t) => {
  const stack = await openStack(t);
  const text = make('onTick() { if (++n === 30) for (;;); return 1 }');
  const run = runWith(stack, stack.file('hangs.ts', text));
  await stack.until('the hang is reported', () =>
    / strategy .*hangs\.ts hangs: onTick for A has not returned for 5 s; /.test(run.stdout),
  );
  assert.equal(run.exit, undefined);
  run.signal('SIGTERM');
  await stack.untilExited(run);
});
