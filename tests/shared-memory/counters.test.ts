import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COUNTERS,
  type CounterName,
  Counters,
  labelCounters,
  readCounter,
} from '../../src/shared-memory/counters.ts';
import { COUNTER_CAPACITY, COUNTER_LINE } from '../../src/shared-memory/layout.ts';
import { memoryWithoutFile } from './unique-book.ts';

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
  const first = new Counters('gateway');
  first.attach(memory);
  first.add('gateway.ticksSent', 10);
  first.set('gateway.priceClients', 3);
  first.set('gateway.pid', 100);
  const second = new Counters('gateway');
  second.add('gateway.ticksSent', 2);
  second.set('gateway.pid', 200);
  second.attach(memory);
  assert.equal(readCounter(memory, 'gateway.ticksSent'), 12);
  assert.equal(readCounter(memory, 'gateway.priceClients'), 0);
  assert.equal(readCounter(memory, 'gateway.pid'), 200);
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
  gateway.set('gateway.pid', 100);
  new Counters('orderbook').attach(memory);
  assert.equal(readCounter(memory, 'gateway.pid'), 100);
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
