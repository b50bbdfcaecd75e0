// A Gateway counts each tick as sent once, wherever it is killed.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { SentCounts } from '../../src/gateway/sent-counts.ts';
import { SentPosition } from '../../src/gateway/sent-position.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { attachBook, processCounters, type StackBook } from '../../src/monitoring/stack-book.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import { watchedMemory } from '../packages/price-book/watched-memory.ts';

const RUN = 7;
const EARLIER_RUN = 6;
/** No process has this id: it is above the largest that Linux assigns. */
const DEAD = 2 ** 30;

class KilledError extends Error {}

/** A book, and how to map it in a process that is killed before its store number `stores`. */
function stage(t: TestContext) {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['AAPL'], name, { counters: COUNTER_TABLE });
  t.after(() => writer.close());
  return (stores = Number.POSITIVE_INFINITY) => {
    const book = attachBook(name, { readOnly: false });
    let left = stores;
    const memory = watchedMemory(book.memory, () => {
      if (left-- <= 0) throw new KilledError();
    });
    return Object.assign(book, { memory });
  };
}

/** What a Gateway does that sends the ticks `from` to `to` of a run. */
function send(book: StackBook, runId: number, position: SentPosition, [from, to]: [number, number]): void {
  position.begin({ runId, sent: Math.max(from - 1, position.left?.sent ?? 0) });
  const counts = new SentCounts(processCounters('gateway', DEAD), runId, position);
  if (from > 1) counts.advance(from); // before it has found the book
  counts.attach(book);
  for (let last = from; last <= to; last += 5) counts.advance(last);
}

for (const earlier of [0, 11]) {
  const where = earlier === 0 ? 'in an empty book' : 'behind an earlier run';
  for (const first of [1, 4]) {
    const from = first === 1 ? 'a Gateway' : 'a Gateway that sends some ticks again';
    test(`${from} that is killed at any store has every tick counted once, ${where}`, (t) => {
      for (let stores = 0, isDone = false; !isDone; stores++) {
        const open = stage(t);
        if (earlier > 0) send(open(), EARLIER_RUN, held(), [1, earlier]);
        const position = held();
        if (first > 1) send(open(), RUN, position, [1, 6]);
        try {
          send(open(stores), RUN, position, [first, 21]);
          isDone = true;
        } catch (error) {
          assert.ok(error instanceof KilledError);
        }
        const { sent } = position.left ?? { sent: 0 };
        const book = open();
        send(book, RUN, position, [Math.max(1, sent - 2), 31]);
        assert.equal(book.counter('gateway.ticksSent'), earlier + (position.left?.sent ?? 0));
        assert.equal(book.counter('gateway.session'), RUN);
      }
    });
  }
}

test('a run that goes on in another book counts there what it sends from then on', (t) => {
  const position = held();
  send(stage(t)(), RUN, position, [1, 21]);
  const book = stage(t)();
  send(book, RUN, position, [22, 31]);
  assert.equal(book.counter('gateway.ticksSent'), (position.left?.sent ?? 0) - 21);
});

function held(): SentPosition {
  return new SentPosition(new ArrayBuffer(16));
}
