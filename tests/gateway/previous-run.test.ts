import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { NoPreviousRunError, previousRun } from '../../src/gateway/previous-run.ts';
import { SentPosition } from '../../src/gateway/sent-position.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';

const RUN = 1_700_000_000_000_000;
const OTHER_RUN = RUN + 1;
const NOT_HELD = new SentPosition(undefined);

function held(sent: number): SentPosition {
  const position = new SentPosition(new ArrayBuffer(16));
  position.begin({ runId: RUN, sent });
  return position;
}

/** A book that has the ticks of a run before `next`, and the counters of a Gateway that counted there. */
function makeBook(
  t: TestContext,
  ticks?: { runId: number; next: number },
  counted?: { sent: number },
): string {
  const name = `previous-run-${process.pid}-${randomBytes(4).toString('hex')}`;
  const book = new PriceBookWriter(['AAPL'], name, { counters: COUNTER_TABLE });
  t.after(() => book.close());
  if (ticks) book.header.setFeedRun({ ...ticks, cursor: 0 });
  const counters = processCounters('gateway');
  if (counted) {
    counters.set('gateway.session', RUN);
    counters.set('gateway.lastSequence', counted.sent);
    counters.attach(book);
  }
  return name;
}

test('a run continues with the first tick that the book does not have', (t) => {
  const book = makeBook(t, { runId: RUN, next: 101 });
  assert.deepEqual(previousRun(book, held(120)), { runId: RUN, next: 101, sent: 120 });
});

for (const [what, book] of [
  ['no book', () => 'previous-run-that-is-not-there'],
  ['a book without a position', (t: TestContext) => makeBook(t)],
  ['a book of another run', (t: TestContext) => makeBook(t, { runId: OTHER_RUN, next: 7 })],
] as const) {
  test(`with ${what}, the orchestrator knows how far the run was sent`, (t) => {
    assert.deepEqual(previousRun(book(t), held(120)), { runId: RUN, next: undefined, sent: 120 });
  });

  if (what !== 'a book of another run')
    test(`with ${what} and no orchestrator, there is no run to continue`, (t) => {
      assert.throws(() => previousRun(book(t), NOT_HELD), NoPreviousRunError);
    });
}

test('a Gateway that died before it began a run leaves none', (t) => {
  const book = makeBook(t, { runId: OTHER_RUN, next: 7 }, { sent: 6 });
  assert.equal(previousRun(book, new SentPosition(new ArrayBuffer(16))), undefined);
});

test('without an orchestrator, the counters of the book know how far the run was sent', (t) => {
  const same = makeBook(t, { runId: RUN, next: 101 }, { sent: 120 });
  assert.deepEqual(previousRun(same, NOT_HELD), { runId: RUN, next: 101, sent: 120 });
  const other = makeBook(t, { runId: OTHER_RUN, next: 7 }, { sent: 120 });
  assert.deepEqual(previousRun(other, NOT_HELD), { runId: RUN, next: undefined, sent: 120 });
  const uncounted = makeBook(t, { runId: RUN, next: 101 });
  assert.deepEqual(previousRun(uncounted, NOT_HELD), { runId: RUN, next: 101, sent: 100 });
});
