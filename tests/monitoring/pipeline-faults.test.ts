import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { COUNTING_PROCESSES, type CountingProcess } from '../../src/monitoring/counter-table.ts';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import { attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

/** No process has this id: it is above the most that Linux gives. */
const DEAD = 2 ** 30;

/** A book in which all is well, and the counters of each process. */
function wholePipeline(t: TestContext, pids: Partial<Record<CountingProcess, number>> = {}) {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL'], name, { ringCapacity: 8 });
  t.after(() => book.close());
  const counting = (owner: CountingProcess) => {
    const counters = processCounters(owner, pids[owner]);
    counters.attach(book);
    counters.beat(0);
    return counters;
  };
  const [gateway, orderbook, strategy, manager] = (
    ['gateway', 'orderbook', 'strategy', 'order-manager'] as const
  ).map(counting);
  orderbook.set('orderbook.connected', 1);
  orderbook.set('orderbook.symbolsFresh', 1);
  strategy.set('strategy.newsConnected', 1);
  strategy.set('strategy.loggedOn', 1);
  const faults = (where?: string) =>
    pipelineFaults(attachBook(name), where).map(({ process, fault }) => `${process}: ${fault}`);
  return { book, gateway, orderbook, strategy, manager, 'order-manager': manager, faults };
}

test('a whole pipeline has no faults', (t) => {
  assert.deepEqual(wholePipeline(t).faults(), []);
});

test('each connection that is missing is a fault', (t) => {
  const { orderbook, strategy, faults } = wholePipeline(t);
  orderbook.set('orderbook.connected', 0);
  strategy.set('strategy.newsConnected', 0);
  strategy.set('strategy.loggedOn', 0);
  assert.deepEqual(faults(), [
    'orderbook: not connected to the Gateway',
    'strategy: not connected to the news',
    'strategy: not logged on to the OrderManager',
  ]);
});

test('a record and an outbox that are lost are faults', (t) => {
  const { strategy, manager, faults } = wholePipeline(t);
  strategy.set('strategy.outboxLost', 1);
  manager.set('order-manager.recordLost', 1);
  assert.deepEqual(faults(), [
    'strategy: its outbox is lost; its log says what to do',
    'order-manager: its record is lost; its log says what to do',
  ]);
});

test('it is a fault if all prices are stale', (t) => {
  const { orderbook, faults } = wholePipeline(t);
  orderbook.set('orderbook.symbolsFresh', 0);
  assert.deepEqual(faults(), ['orderbook: no fresh price']);
});

test('a source that delivers no prices is a fault', (t) => {
  const { gateway, faults } = wholePipeline(t);
  gateway.set('gateway.feedDown', 1);
  assert.deepEqual(faults(), ['gateway: its feed is down; its log says why']);
});

test('a halt is a fault, because no order is traded until it ends', (t) => {
  const { manager, faults } = wholePipeline(t);
  manager.set('order-manager.halted', 1);
  assert.deepEqual(faults(), ['order-manager: halted; ./tickline orders shows what, and how to resume']);
  assert.deepEqual(faults(' --stack b'), [
    'order-manager: halted; ./tickline orders --stack b shows what, and how to resume',
  ]);
});

test('a dead process is a fault, whatever it counted last', (t) => {
  assert.deepEqual(wholePipeline(t, { strategy: DEAD }).faults(), ['strategy: dead']);
});

for (const name of COUNTING_PROCESSES) {
  test(`a ${name} that has stopped in order has ended, and one that was killed is dead`, (t) => {
    const { [name]: counters, faults } = wholePipeline(t, { [name]: DEAD });
    assert.deepEqual(faults(), [`${name}: dead`]);
    counters.set(`${name}.exited`, 1);
    assert.deepEqual(faults(), [`${name}: ended`]);
  });
}

test('the end of a replay is one fault, and what follows from it is none', (t) => {
  const { gateway, orderbook, strategy, faults } = wholePipeline(t, { gateway: DEAD });
  gateway.set('gateway.exited', 1);
  orderbook.set('orderbook.connected', 0);
  orderbook.set('orderbook.symbolsFresh', 0);
  strategy.set('strategy.newsConnected', 0);
  assert.deepEqual(faults(), ['gateway: ended']);
});

test('a process without a recent heartbeat is stuck', (t) => {
  const { gateway, faults } = wholePipeline(t);
  gateway.set('gateway.heartbeatNs', 1);
  assert.deepEqual(faults(), ['gateway: stuck']);
});

test('a process that was never started is a fault', (t) => {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL'], name, { ringCapacity: 8 });
  t.after(() => book.close());
  const faults = pipelineFaults(attachBook(name));
  assert.deepEqual(
    faults.map(({ fault }) => fault),
    Array(4).fill('not seen'),
  );
});
