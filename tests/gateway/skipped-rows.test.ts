import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SkipReason, Skips } from '../../src/gateway/feeds/skips.ts';
import { SkippedRows } from '../../src/gateway/skipped-rows.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';

const ZERO: SkipReason = {
  fault: 'price zero',
  reason: 'the price is zero',
  expected: 'a price above zero',
};
const NO_TIME: SkipReason = { fault: 'no time', reason: 'the time is missing', expected: 'a time' };

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
  assert.equal(first, 'skipped 1 row of the prices so far, the last one because row 2 has the price "x"');
  assert.equal(
    later.at(-1),
    'skipped 498 rows of the prices so far, the last one because row 499 has the price "x"',
  );
  assert.ok(later.length < 10, 'a flood of bad rows does not fill the log');
});

test('the first row of each reason gets a line, and later lines have the counts of the reasons', () => {
  const { log, warnings } = recordedLog();
  const skips = new Skips();
  const skipped = new SkippedRows(log, 'prices', {
    get rejectedRows() {
      return skips.count;
    },
    get skips() {
      return skips.all;
    },
  });
  skips.add(ZERO, { row: 2, line: 3 }, '0');
  skipped.report();
  for (let row = 3; row < 500; row++) skips.add(ZERO, { row, line: row + 1 }, '0');
  skips.add(NO_TIME, { row: 500, line: 501 }, '');
  skipped.report(true);
  const lines = warnings.map(({ message }) => message);
  const first =
    'skipped a row of the prices: row 2 (line 3): the price is zero: "0", expected a price above zero';
  assert.equal(lines[0], first);
  assert.ok(
    lines.includes(
      'skipped a row of the prices: row 500 (line 501): the time is missing: "", expected a time',
    ),
  );
  assert.match(lines.at(-1) ?? '', /^skipped 499 rows .*: the price is zero: 498, the time is missing: 1$/);
});
