import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mismatchesOf } from '../../src/orchestrator/mismatches.ts';

const TICKS = {
  ...{
    sent: 112,
    applied: 112,
    seen: 112,
    missed: 0,
    gaps: 0,
    lapped: 0,
    rejected: 0,
    skippedRows: 0,
    stale: 0,
  },
};
const ORDERS = {
  ...{ sent: 4, resent: 0, received: 4, repeated: 0, filled: 4, rejected: 0, unanswered: 0, recorded: 4 },
};

function mismatches(
  ticks: Partial<typeof TICKS>,
  unanswered = 0,
  restarts = {},
  { refused = 0, filled = 4 } = {},
): string[] {
  return mismatchesOf(
    { ticks: { ...TICKS, ...ticks }, orders: { ...ORDERS, unanswered }, restarts },
    { refused, filled },
  );
}

test('figures that account for every tick and order add up', () => {
  assert.deepEqual(mismatches({}), []);
  assert.deepEqual(
    mismatches(
      { applied: 101, seen: 90, missed: 9, gaps: 1, rejected: 2, lapped: 10 },
      0,
      {},
      { refused: 1 },
    ),
    [],
  );
  assert.deepEqual(mismatches({ seen: 113 }), [], 'a killed Strategy may have counted a batch twice');
});

test('ticks that are nowhere are named with what is known of them', () => {
  assert.deepEqual(mismatches({ applied: 101, seen: 101 }), [
    '112 ticks sent, but applied 101, missed 0, rejected 0',
  ]);
  assert.deepEqual(mismatches({ seen: 100, lapped: 2 }), [
    '112 ticks applied, but seen 100, lapped 2, refused 0',
  ]);
});

test('after a gap of unknown size nobody can say how many ticks are missing', () => {
  const lost = { applied: 101, seen: 101, gaps: 1 };
  assert.deepEqual(mismatches(lost, 0, { gateway: 1 }), []);
  assert.equal(mismatches(lost, 0, { gateway: 0 }).length, 1);
});

test('orders without a report are named', () => {
  assert.deepEqual(mismatches({}, 3), ['3 orders have no report yet']);
});

test('orders that were filled and are not in the record are named', () => {
  assert.deepEqual(mismatches({}, 0, {}, { filled: 9 }), [
    '9 orders were filled, but the order record has 4 of them',
  ]);
  assert.deepEqual(
    mismatches({}, 0, {}, { filled: 3 }),
    [],
    'a killed OrderManager may have counted too few',
  );
});
