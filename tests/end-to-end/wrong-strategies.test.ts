// Strategy files with the mistakes that people make: one line, exit status 2, no restarts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { make, WRONG, WrongStrategies, written } from './wrong-strategies.ts';

/** One of each way to fail: an answer, an exit, a timer, a file that cannot be read. The others are a long test. */
const FAILURES = ['text.ts', 'exit.ts', 'timer.ts', 'syntax.ts'];

test('a wrong strategy says in one line what is wrong', { timeout: 240_000 }, async (t) => {
  const stage = await WrongStrategies.open(t);
  for (const [name, text, says] of WRONG.filter(([name]) => FAILURES.includes(name)))
    await t.test(`${name}: ${says.source}`, async () =>
      assert.match(await stage.lineOf(written(stage.stack, name, text)), says),
    );

  await t.test('a parameter that the file does not declare', async () => {
    const file = written(stage.stack, 'right.ts', make('onTick() { return 1 }'));
    assert.match(
      await stage.lineOf(file, '--param', 'short=5'),
      /--param of .*: no parameter is named "short"; expected none/,
    );
  });
});
