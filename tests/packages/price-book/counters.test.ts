import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Counters, labelCounters, readCounter } from '../../../packages/price-book/counters.ts';
import { COUNTER_CAPACITY, COUNTER_LINE } from '../../../packages/price-book/layout.ts';
import { COUNTERS, type CounterName } from '../../../src/monitoring/counter-table.ts';
import { LATENCY_BUCKETS, Latency } from '../../../src/monitoring/latency.ts';
import { memoryWithoutFile } from './unique-book.ts';

/** No process has this id: it is above the most that Linux gives. */
const DEAD = 2 ** 30;

test('a process counts before it has a book, and takes its sums along', () => {
  const memory = memoryWithoutFile(1, 2);
  const counters = new Counters('gateway');
  counters.add('gateway.ticksSent', 5);
  counters.add('gateway.ticksSent');
  assert.equal(counters.get('gateway.ticksSent'), 6);
  assert.equal(readCounter(memory, 'gateway.ticksSent'), 0);
  counters.attach(memory);
  counters.add('gateway.ticksSent', 4);
  assert.equal(readCounter(memory, 'gateway.ticksSent'), 10);
  assert.equal(counters.get('gateway.ticksSent'), 10);
});

test('a process that is started again adds to its sums and sets its gauges anew', () => {
  const memory = memoryWithoutFile(1, 2);
  const first = new Counters('gateway', DEAD);
  first.attach(memory);
  first.add('gateway.ticksSent', 10);
  first.set('gateway.priceClients', 3);
  const second = new Counters('gateway');
  second.add('gateway.ticksSent', 2);
  second.attach(memory);
  assert.equal(readCounter(memory, 'gateway.ticksSent'), 12);
  assert.equal(readCounter(memory, 'gateway.priceClients'), 0);
  assert.equal(readCounter(memory, 'gateway.pid'), process.pid);
  assert.equal(readCounter(memory, 'gateway.starts'), 2);
});

test('a start counts once, however many books the process sees', () => {
  const counters = new Counters('strategy');
  counters.attach(memoryWithoutFile(1, 2));
  const next = memoryWithoutFile(1, 2);
  counters.attach(next);
  assert.equal(readCounter(next, 'strategy.starts'), 1);
});

test('where a living process counts, a second one counts for itself alone', () => {
  const memory = memoryWithoutFile(1, 2);
  const first = new Counters('strategy', process.ppid);
  assert.equal(first.attach(memory), undefined);
  first.add('strategy.ticksSeen', 5);
  const second = new Counters('strategy');
  assert.equal(second.attach(memory), process.ppid);
  second.add('strategy.ticksSeen', 100);
  assert.equal(readCounter(memory, 'strategy.ticksSeen'), 5);
  assert.equal(readCounter(memory, 'strategy.pid'), process.ppid);
  assert.equal(readCounter(memory, 'strategy.starts'), 1);
  assert.equal(second.get('strategy.ticksSeen'), 100);
});

test('a heartbeat carries the longest turn of the event loop', () => {
  const memory = memoryWithoutFile(1, 2);
  const counters = new Counters('orderbook');
  counters.attach(memory);
  counters.beat(1_500);
  assert.equal(readCounter(memory, 'orderbook.longestLoopNs'), 1_500);
  assert.ok(readCounter(memory, 'orderbook.heartbeatNs') > 0);
});

test('latencies are added to their buckets once, also when their percentiles begin afresh', () => {
  const memory = memoryWithoutFile(1, 2);
  const counters = new Counters('strategy');
  counters.attach(memory);
  const latency = new Latency();
  for (const ns of [1_000, 1_001, 2_000, 70e6, 20e9]) latency.record(ns);
  counters.setLatency('strategy.report', latency);
  latency.reset();
  latency.record(1_500);
  counters.setLatency('strategy.report', latency);
  const counts = LATENCY_BUCKETS.map(({ name }) => [name, readCounter(memory, `strategy.report${name}`)]);
  assert.deepEqual(
    counts.filter(([, count]) => count !== 0),
    [
      ['UpTo1us', 1],
      ['UpTo2us', 3],
      ['UpTo100ms', 1],
      ['Over10s', 1],
    ],
  );
  assert.equal(readCounter(memory, 'strategy.reportSumNs'), 20_070_005_501);
  assert.equal(readCounter(memory, 'strategy.reportMaxNs') < 1_600, true);
});

test('sums come along to the next book', () => {
  const counters = new Counters('strategy');
  counters.attach(memoryWithoutFile(1, 2));
  counters.add('strategy.ticksSeen', 7);
  const next = memoryWithoutFile(1, 2);
  counters.attach(next);
  assert.equal(readCounter(next, 'strategy.ticksSeen'), 7);
});

test("attaching leaves other processes' counters alone", () => {
  const memory = memoryWithoutFile(1, 2);
  const gateway = new Counters('gateway');
  gateway.attach(memory);
  gateway.set('gateway.priceClients', 100);
  new Counters('orderbook').attach(memory);
  assert.equal(readCounter(memory, 'gateway.priceClients'), 100);
});

test('every counter has a line of its own, with its number and label', () => {
  const memory = memoryWithoutFile(1, 2);
  labelCounters(memory);
  const names = Object.keys(COUNTERS) as CounterName[];
  const counters = new Counters('gateway');
  counters.attach(memory);
  names.forEach((name, id) => {
    counters.set(name, 1000 + id);
  });
  for (let id = 0; id < COUNTER_CAPACITY; id++) {
    const line = memory.shape.counterOffset + id * COUNTER_LINE.bytes;
    const label = memory.readText(line + COUNTER_LINE.at.label, 48);
    assert.equal(label, names[id] ?? '');
    assert.equal(memory.loadU32(line + COUNTER_LINE.at.id), id < names.length ? id : 0);
    assert.equal(memory.f64[(line + COUNTER_LINE.at.value) >> 3], id < names.length ? 1000 + id : 0);
  }
});

test('labels are ids for good: what tools know by number stays where it is', () => {
  const first = Object.keys(COUNTERS).slice(0, 3);
  assert.deepEqual(first, ['gateway.pid', 'gateway.heartbeatNs', 'gateway.ticksSent']);
});

test('a process has shown that it lives when it is in the book', () => {
  const memory = memoryWithoutFile(1, 2);
  new Counters('gateway').attach(memory);
  assert.ok(readCounter(memory, 'gateway.heartbeatNs') > 0);
});
