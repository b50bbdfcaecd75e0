// The OrderBook with a source of prices that the test controls.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { BookDamagedError, bookPath, TickRun } from '@tickline/price-book';
import {
  appliedPosition,
  attachBook,
  type ProcessCounters,
  processCounters,
} from '../../src/monitoring/stack-book.ts';
import { FullTablePolicy } from '../../src/orderbook/full-table.ts';
import { HeldState } from '../../src/orderbook/held-state.ts';
import { OrderBook } from '../../src/orderbook/orderbook.ts';
import { OrderBookMonitor } from '../../src/orderbook/orderbook-monitor.ts';
import type { PriceSource } from '../../src/orderbook/price-client.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const RUN = 7;
/** No process has this id: it is above the largest that Linux assigns. */
const DEAD = 2 ** 30;
const HELD_BYTES = 4_096;

interface Started {
  readonly orderBook: OrderBook;
  readonly counters: ProcessCounters;
  /** Applies ticks from the next number on. */
  receive(ticks: number): void;
  /** The Gateway's next tick has this number. */
  skipTo(next: number): void;
}

/** An OrderBook as a new process would make it. @param memory what the orchestrator holds for it */
function start(stack: string, memory?: ArrayBuffer): Started {
  const held = new HeldState(memory);
  const counters = processCounters('orderbook', DEAD, undefined, held.counts);
  const position = { runId: 0, next: 0 };
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
    held,
    monitor: new OrderBookMonitor(recordedLog().log, counters),
    fullTables: new FullTablePolicy(1_000),
    source: { open: () => source, close: async () => {} },
  });
  const receive = (ticks: number) => {
    const run = new TickRun(ticks);
    run.symbols.fill(orderBook.symbolIndex('AAPL'));
    run.prices.fill(100);
    run.count = ticks;
    run.firstSequence = position.next;
    position.next += ticks;
    orderBook.onTicks(run);
    orderBook.onChunk(1);
  };
  const skipTo = (next: number) => Object.assign(position, { runId: RUN, next });
  return { orderBook, counters, receive, skipTo };
}

function counts({ counters }: Started): number[] {
  return [counters.get('orderbook.ticksApplied'), counters.get('orderbook.ticksMissed')];
}

/** Removes the book, and waits until the OrderBook has given it up. */
async function lose({ orderBook }: Started, stack: string): Promise<void> {
  fs.rmSync(bookPath(stack));
  await assert.rejects(orderBook.failed, BookDamagedError);
}

function begin(started: Started, runId: number, next: number): void {
  started.skipTo(next);
  started.orderBook.onResumed(runId, next, undefined);
}

test('the next OrderBook continues behind a gap that was counted, also before a tick follows', (t) => {
  const stack = uniqueBook(t);
  const started = start(stack);
  const { orderBook } = started;
  begin(started, RUN, 1);
  started.receive(3);
  started.skipTo(1_004);
  orderBook.onGap(1_000);
  const book = attachBook(stack, { readOnly: false });
  const next = processCounters('orderbook');
  next.attach(book);
  const found = [next.get('orderbook.ticksMissed'), appliedPosition(book)?.next];
  orderBook.close();
  assert.deepEqual(found, [1_000, 1_004]);
});

test('after its book was removed, the next OrderBook counts on, and the ticks between as missed', async (t) => {
  const stack = uniqueBook(t);
  const memory = new ArrayBuffer(HELD_BYTES);
  const first = start(stack, memory);
  first.orderBook.start();
  begin(first, RUN, 1);
  first.receive(3);
  await lose(first, stack);

  const second = start(stack, memory);
  second.orderBook.start();
  assert.deepEqual(counts(second), [3, 0]);
  begin(second, RUN, 10);
  second.receive(5);
  assert.deepEqual(counts(second), [8, 6]);
  assert.equal(second.counters.get('orderbook.ticksBefore'), 3);
  await lose(second, stack);

  const third = start(stack, memory);
  begin(third, RUN + 1, 4);
  third.receive(2);
  const [last, starts] = [counts(third), third.counters.get('orderbook.starts')];
  third.orderBook.close();
  assert.deepEqual(last, [10, 6], 'how many ticks of another run are missing is unknown');
  assert.equal(starts, 3);
});
