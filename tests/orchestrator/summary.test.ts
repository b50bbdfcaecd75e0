import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bookPath, PriceBookWriter } from '@tickline/price-book';
import { attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { summarise } from '../../src/orchestrator/summary.ts';
import { openJournaledStore } from '../../src/order-store/open-journaled-store.ts';
import { filledOrder, heldPosition } from '../order-store/recorded-orders.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const NOTHING = new Map();

test('a summary without the record has the counts of the processes, and says what is missing', (t) => {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['AAPL'], name, { symbolCapacity: 4, ringCapacity: 8 });
  t.after(() => writer.close());
  const counters = processCounters('order-manager');
  counters.attach(writer);
  counters.add('order-manager.ordersFilled', 7);
  const record = join(temporaryFolder(t), 'orders.sqlite');
  const book = attachBook(name);
  const summary = summarise({ seconds: 1, book, record, recordedBefore: NOTHING, restarts: {} });
  assert.deepEqual([summary.orders.filled, summary.orders.recorded], [7, 0]);
  assert.match(summary.mismatches[0] ?? '', /^positions and P&L are missing: cannot open the order record/);
});

test('a summary with a damaged price book has the orders, and says what is missing', (t) => {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['AAPL'], name, { symbolCapacity: 4, ringCapacity: 8 });
  t.after(() => writer.close());
  const record = join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(record, { fsync: false });
  store.recordAll([filledOrder(1, { quantity: 10, position: 10 })], [heldPosition()]);
  store.close();
  const book = attachBook(name);
  const text = fs.readFileSync(bookPath(name), 'latin1');
  const fd = fs.openSync(bookPath(name), 'r+');
  fs.writeSync(fd, Buffer.alloc('AAPL'.length), 0, 'AAPL'.length, text.indexOf('AAPL'));
  fs.closeSync(fd);
  const summary = summarise({ seconds: 1, book, record, recordedBefore: NOTHING, restarts: {} });
  assert.equal(summary.orders.recorded, 1);
  assert.deepEqual(
    summary.positions.map(({ lastPrice }) => lastPrice),
    [173.2],
  );
  assert.match(
    summary.mismatches[0] ?? '',
    /entry 0 has no symbol, so positions are valued at their average prices$/,
  );
});

test('a client of the order port has the orders of this run, from the record', (t) => {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['AAPL'], name, { symbolCapacity: 4, ringCapacity: 8 });
  t.after(() => writer.close());
  const record = join(temporaryFolder(t), 'orders.sqlite');
  const { store } = openJournaledStore(record, { fsync: false });
  t.after(() => store.close());
  const rejected = { status: 'REJECTED', reason: 'HALTED', position: 0 } as const;
  store.recordAll([filledOrder(1, { strategy: 'example' })], [heldPosition({ strategy: 'example' })]);
  const recordedBefore = store.totalsByStrategy();
  store.recordAll(
    [
      filledOrder(2, { strategy: 'example' }),
      filledOrder(3, { strategy: 'example', ...rejected }),
      filledOrder(4, { strategy: 'anonymous', ...rejected }),
    ],
    [heldPosition({ strategy: 'example', quantity: 20 })],
  );
  const book = attachBook(name);
  const { strategies, orders } = summarise({ seconds: 1, book, record, recordedBefore, restarts: {} });
  assert.deepEqual(
    strategies.map(({ name, orders }) => [name, orders.filled, orders.rejected]),
    [
      ['anonymous', 0, 1],
      ['example', 1, 1],
    ],
  );
  assert.deepEqual([orders.filled, orders.recorded], [1, 3]);
});
