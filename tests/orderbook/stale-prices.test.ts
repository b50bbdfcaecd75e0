import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryStatus, PriceTableWriter } from '@tickline/price-book';
import { StalePrices } from '../../src/orderbook/stale-prices.ts';
import { letClockMove, numberedRun } from '../packages/price-book/ticks.ts';
import { memoryWithoutFile } from '../packages/price-book/unique-book.ts';

const PATIENT_MS = 3_600_000;

function tableOf(...symbols: string[]): PriceTableWriter {
  const table = new PriceTableWriter(memoryWithoutFile(64, 2));
  for (const symbol of symbols) table.add(symbol);
  return table;
}

test('a price without a tick for too long is stale, until its next tick', () => {
  const table = tableOf('AAPL');
  const stale = new StalePrices(table, 0);
  table.write(numberedRun(1, 1));
  assert.equal(stale.poll(), 0, 'at the first poll it has just changed');
  assert.equal(stale.freshCount, 1);
  letClockMove();
  assert.equal(stale.poll(), 1);
  assert.equal(stale.freshCount, 0);
  assert.equal(table.entryAt(0).status, EntryStatus.STALE);
  assert.equal(table.entryAt(0).price, 1, 'the price itself is kept');
  assert.equal(stale.poll(), 1, 'it is counted at every poll');
  table.write(numberedRun(2, 1));
  assert.equal(stale.poll(), 0);
  assert.equal(table.entryAt(0).status, EntryStatus.LIVE);
});

test('a symbol without a price is not stale', () => {
  const table = tableOf('AAPL', 'MSFT');
  const stale = new StalePrices(table, 0);
  stale.poll();
  letClockMove();
  assert.equal(stale.poll(), 0);
  assert.equal(table.statusAt(0), EntryStatus.EMPTY);
});

test('the times in the ticks do not matter: a replay of old prices is live', () => {
  const table = tableOf('AAPL');
  const stale = new StalePrices(table, PATIENT_MS);
  const run = numberedRun(1, 1);
  run.timeNs = 1;
  table.write(run);
  assert.equal(stale.poll(), 0);
  letClockMove();
  assert.equal(stale.poll(), 0);
});

test('a tick with the same price counts as a tick', () => {
  const table = tableOf('AAPL');
  const stale = new StalePrices(table, 0);
  const run = numberedRun(1, 1);
  for (let i = 0; i < 3; i++) {
    table.write(run);
    assert.equal(stale.poll(), 0);
    letClockMove();
  }
  assert.equal(stale.poll(), 1);
});

test('each symbol becomes stale on its own, also when others are added', () => {
  const table = tableOf('AAPL');
  const stale = new StalePrices(table, 0);
  table.write(numberedRun(1, 1));
  stale.poll();
  for (let i = 0; i < 50; i++) table.add(`S${i}`);
  table.write(numberedRun(1, 50, 51)); // symbols 1 to 50
  letClockMove();
  assert.equal(stale.poll(), 1, 'the first has not changed since the last poll, the others are new');
  letClockMove();
  table.write(numberedRun(51, 1, 51)); // symbol 0
  assert.equal(stale.poll(), 50);
  assert.equal(table.statusAt(0), EntryStatus.LIVE);
});

test('adding symbols does not make a price stale', (t) => {
  t.mock.method(performance, 'now', () => PATIENT_MS);
  const table = tableOf('AAPL');
  const stale = new StalePrices(table, PATIENT_MS / 2);
  table.write(numberedRun(1, 1));
  stale.poll();
  table.add('MSFT');
  assert.equal(stale.poll(), 0);
});

test('the prices of a book that was taken over are not stale at first', () => {
  const table = tableOf('AAPL');
  table.write(numberedRun(1, 1));
  letClockMove();
  assert.equal(new StalePrices(table, 0).poll(), 0);
});
