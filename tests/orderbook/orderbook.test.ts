// The OrderBook with a source of prices that the test controls.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TickRun } from '@tickline/price-book';
import { appliedPosition, attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { FullTablePolicy } from '../../src/orderbook/full-table.ts';
import { OrderBook } from '../../src/orderbook/orderbook.ts';
import { OrderBookMonitor } from '../../src/orderbook/orderbook-monitor.ts';
import type { PriceSource } from '../../src/orderbook/price-client.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const RUN = 7;
/** No process has this id: it is above the largest that Linux assigns. */
const DEAD = 2 ** 30;

test('the next OrderBook continues behind a gap that was counted, also before a tick follows', (t) => {
  const counters = processCounters('orderbook', DEAD);
  const stack = uniqueBook(t);
  const position = { runId: RUN, next: 1 };
  const source: PriceSource = {
    isAnswered: true,
    position,
    restore() {},
    start() {},
    stop() {},
    resume() {},
  };
  const orderBook = new OrderBook(settingsFor('orderbook', { config: false, stack }), {
    counters,
    monitor: new OrderBookMonitor(recordedLog().log, counters),
    fullTables: new FullTablePolicy(1_000),
    source: { open: () => source, close: async () => {} },
  });
  orderBook.onResumed(RUN, 1, undefined);
  const run = new TickRun(3);
  run.symbols.fill(orderBook.symbolIndex('AAPL'));
  run.prices.fill(100);
  run.count = 3;
  run.firstSequence = 1;
  orderBook.onTicks(run);
  position.next = 1_004;
  orderBook.onGap(1_000);
  const book = attachBook(stack, { readOnly: false });
  const next = processCounters('orderbook');
  next.attach(book);
  const found = [next.get('orderbook.ticksMissed'), appliedPosition(book)?.next];
  orderBook.close();
  assert.deepEqual(found, [1_000, 1_004]);
});
