import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { StackReaders } from '../../src/gateway/stack-readers.ts';
import { COUNTER_TABLE } from '../../src/monitoring/counter-table.ts';
import { attachBook, processCounters } from '../../src/monitoring/stack-book.ts';
import { numberedRun } from '../packages/price-book/ticks.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const RUN_ID = 42;

function stage(t: TestContext) {
  const name = uniqueBook(t);
  const writer = new PriceBookWriter(['A'], name, { ringCapacity: 64, counters: COUNTER_TABLE });
  t.after(() => writer.close());
  const counters = processCounters('orderbook');
  counters.attach(writer);
  const readers = new StackReaders(RUN_ID);
  readers.attach(attachBook(name));
  const attached = attachBook(name, { readOnly: false });
  return { writer, counters, readers, attached };
}

test('before the OrderBook receives this run, nothing is applied and nobody is ready', (t) => {
  const { writer, readers, attached } = stage(t);
  assert.deepEqual([readers.applied, readers.areReady, readers.areDone(1)], [0, false, false]);
  attached.claimSlot('strategy', undefined, { required: true });
  writer.header.setFeedRun({ runId: RUN_ID + 1, cursor: 0, next: 1 });
  assert.deepEqual([readers.applied, readers.areReady], [0, false]);
  writer.header.setFeedRun({ runId: RUN_ID, cursor: 0, next: 1 });
  assert.deepEqual([readers.applied, readers.areReady], [1, true]);
  readers.detach();
  assert.deepEqual([readers.applied, readers.areReady, readers.areDone(1)], [0, false, false]);
});

test('a reader that is not required is not waited for', (t) => {
  const { writer, readers, attached } = stage(t);
  writer.header.setFeedRun({ runId: RUN_ID, cursor: 0, next: 1 });
  attached.claimSlot('tool');
  assert.equal(readers.areReady, false);
  const slot = attached.claimSlot('strategy', undefined, { required: true });
  writer.apply(numberedRun(1, 5));
  assert.deepEqual([readers.applied, readers.areDone(6)], [6, false]);
  slot.advance(5, 0);
  assert.equal(readers.areDone(6), true);
  assert.equal(readers.areDone(7), false, 'a tick is not applied');
});

test('ticks that the OrderBook rejected are in no ring, and count as applied', (t) => {
  const { writer, counters, readers } = stage(t);
  writer.header.setFeedRun({ runId: RUN_ID, cursor: 0, next: 1 });
  writer.apply(numberedRun(1, 5));
  counters.set('orderbook.nextSequence', 9);
  assert.equal(readers.applied, 9);
});
