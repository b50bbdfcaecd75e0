// A Strategy that is killed at any tick and restarted has the orders of one that is not, whatever state its strategy has.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter, TickBatch } from '@tickline/price-book';
import type { Order } from '../../src/domain/orders.ts';
import type { TradingStrategy } from '../../src/domain/strategies/strategy.ts';
import { Trader } from '../../src/domain/trader.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { LosslessInputLostError } from '../../src/strategy/lossless-errors.ts';
import { LosslessRun } from '../../src/strategy/lossless-run.ts';
import { RunStartError, RunStartFile } from '../../src/strategy/run-start.ts';
import { numberedRun } from '../packages/price-book/ticks.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';
import fc from '../property.ts';

const RUN_ID = 42;
const TICKS = 60;

/** Its target depends on every tick, sentiment and report so far: nothing of its state can be left out. */
function entangled(): TradingStrategy {
  let state = 1;
  const mix = (value: number) => {
    state = (state * 31 + value) % 1_000_003;
  };
  return {
    onTick(symbol, price, sentiment) {
      mix(price * 7 + symbol + (Number.isNaN(sentiment) ? 101 : sentiment));
      return state % 3 === 0 ? (state % 41) - 20 : 'keep';
    },
    onNews: mix,
    onReport: (report) => mix(report.status === 'FILLED' ? report.position + 500 : 7),
  };
}

/** An OrderManager in memory: the same id gets the same report again. */
class Record {
  readonly orders: (Order & { id: string; position: number })[] = [];
  readonly #positions = new Map<string, number>();

  execute(order: Order, id: string) {
    const known = this.orders.find((one) => one.id === id);
    if (known) return known;
    const traded = order.side === 'BUY' ? order.quantity : -order.quantity;
    const position = (this.#positions.get(order.symbol) ?? 0) + traded;
    this.#positions.set(order.symbol, position);
    const recorded = { ...order, id, position };
    this.orders.push(recorded);
    return recorded;
  }

  get positions() {
    return Array.from(this.#positions, ([symbol, quantity]) => ({ symbol, quantity }));
  }
}

function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tickline-run-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  return folder;
}

/** A book with the ticks of one run of the Gateway. */
function bookWith(t: TestContext, ticks: number, ringCapacity = 64): string {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['A', 'B'], name, { ringCapacity, counters: COUNTER_TABLE });
  t.after(() => writer.close());
  writer.header.setFeedRun({ runId: RUN_ID, cursor: 0, next: 1 });
  for (let sequence = 1; sequence <= ticks; sequence++) writer.apply(numberedRun(sequence, 1, 2));
  return name;
}

/** One process: evaluates ticks until it has seen `ticksMax`, or is killed with an order out and no report. */
function live(book: string, outbox: string, record: Record, ticksMax: number, killedInFlight = false): void {
  const attached = attachBook(book, { readOnly: false });
  const counters = processCounters('strategy');
  let inFlight: { order: Order; id: string } | undefined;
  const trader: Trader = new Trader(
    { lossless: true, staleAfter: 1_000, symbols: undefined, slippageBps: 0 },
    {
      createStrategy: entangled,
      orders: {
        canSend: () => true,
        send: (order, sequence) => {
          inFlight = { order, id: run.clOrdId(sequence) };
        },
      },
      events: { onEvaluated() {}, onStaleDecision() {}, onUnnamedSymbol() {} },
      nowNs: () => 0,
      marketTimeMs: () => 0,
    },
  );
  const run: LosslessRun = new LosslessRun({
    trader,
    counters,
    startFile: new RunStartFile(outbox),
    isReady: () => true,
    onBegin() {},
  });
  trader.attach({ count: 2, nameOf: (index) => ['A', 'B'][index] });
  trader.onPositions(record.positions); // as at the logon: of now, and not of the start
  trader.news.begin(RUN_ID, 1);
  for (let at = 1; at <= TICKS; at += 4) trader.onSentiment((at * 37) % 101, at);
  trader.news.mark(TICKS + 1);
  const ring = attached.ticks(run.attach(attached));
  counters.attach(attached);
  const batch = new TickBatch(1);
  for (let seen = 0; seen < ticksMax && ring.read(batch) > 0; seen++) {
    while (run.onTicks(batch, 0) === 0);
    if (inFlight === undefined) continue;
    const { order, id } = inFlight;
    inFlight = undefined;
    const report = record.execute(order, id);
    if (killedInFlight && seen + 1 === ticksMax) return;
    trader.onReport({ status: 'FILLED', orderId: 1, ...report }, order);
  }
}

test('kills at any ticks, also with an order in flight, change no order', (t) => {
  const book = bookWith(t, TICKS);
  const folder = temporaryFolder(t);
  const expected = new Record();
  live(book, path.join(folder, 'undisturbed'), expected, TICKS);
  assert.ok(expected.orders.length > 10, `${expected.orders.length} orders`);
  const kill = fc.record({ at: fc.integer({ min: 1, max: TICKS }), inFlight: fc.boolean() });
  let outboxes = 0;
  fc.assert(
    fc.property(fc.array(kill, { maxLength: 4 }), (kills) => {
      const outbox = path.join(folder, `outbox-${outboxes++}`);
      const record = new Record();
      for (const { at, inFlight } of kills) live(book, outbox, record, at, inFlight);
      live(book, outbox, record, TICKS);
      assert.deepEqual(record.orders, expected.orders);
    }),
    { numRuns: 40 },
  );
});

test('a restarted Strategy counts nothing twice', (t) => {
  const book = bookWith(t, TICKS);
  const outbox = path.join(temporaryFolder(t), 'outbox');
  const record = new Record();
  live(book, outbox, record, 25);
  live(book, outbox, record, TICKS);
  assert.equal(attachBook(book).counter('strategy.ticksSeen'), TICKS);
});

test('a run that the ring no longer holds cannot be evaluated again', (t) => {
  const book = bookWith(t, TICKS, 32);
  const outbox = path.join(temporaryFolder(t), 'outbox');
  assert.throws(() => live(book, outbox, new Record(), TICKS), LosslessInputLostError);
  assert.throws(() => live(book, outbox, new Record(), TICKS), { message: /holds 32 ticks.* --ring/ });
});

test('a file that is no start of a run is refused with what to do', (t) => {
  const outbox = path.join(temporaryFolder(t), 'outbox');
  const file = new RunStartFile(outbox);
  assert.equal(file.read(), undefined);
  for (const text of ['', '{', '{}', '[1]']) {
    fs.writeFileSync(`${outbox}.run`, text);
    assert.throws(() => file.read(), RunStartError);
  }
});
