import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SkippedRows } from '../../src/gateway/skipped-rows.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

test('skipped rows get a line with their count and the reason, and the last line has the count of all', () => {
  const { log, warnings } = recordedLog();
  const feed = { rejectedRows: 0, lastRejection: undefined as string | undefined };
  const skipped = new SkippedRows(log, 'prices', feed);
  skipped.report();
  assert.deepEqual(warnings, []);
  for (let row = 2; row < 500; row++) {
    feed.rejectedRows++;
    feed.lastRejection = `row ${row} has the price "x"`;
    skipped.report();
  }
  skipped.report(true);
  skipped.report(true);
  const [first, ...later] = warnings.map(({ message }) => message);
  assert.equal(first, 'skipped 1 rows of the prices so far, the last one because row 2 has the price "x"');
  assert.equal(
    later.at(-1),
    'skipped 498 rows of the prices so far, the last one because row 499 has the price "x"',
  );
  assert.ok(later.length < 10, 'a flood of bad rows does not fill the log');
});
