import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { nowNs } from '../../../packages/posix/clock.ts';
import { runProcess } from '../../run-process.ts';

const CLOCK = join(import.meta.dirname, '../../../packages/posix/clock.ts');
/** What a busy machine may put between two calls. */
const SLACK_NS = 50e6;

test('it is CLOCK_MONOTONIC, in whole nanoseconds', () => {
  const before = Number(process.hrtime.bigint());
  const now = nowNs();
  const after = Number(process.hrtime.bigint());
  assert.ok(Number.isInteger(now));
  assert.ok(before - 1e6 <= now && now <= after + 1e6, `${before} <= ${now} <= ${after}, to a millisecond`);
});

test('it never goes back', () => {
  let last = nowNs();
  for (let i = 0; i < 100_000; i++) {
    const now = nowNs();
    assert.ok(now >= last);
    last = now;
  }
});

test('two processes have the same clock', { timeout: 60_000 }, async () => {
  const before = nowNs();
  const script = `import { nowNs } from ${JSON.stringify(CLOCK)}; console.log(nowNs());`;
  const { stdout, stderr } = await runProcess(process.execPath, ['--input-type=module', '--eval', script]);
  const after = nowNs();
  const other = Number(stdout);
  assert.ok(
    before - SLACK_NS < other && other < after + SLACK_NS,
    `${before} < ${stdout} < ${after}${stderr}`,
  );
});
