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
  const watch = new StalePrices(table, 0);
  table.write(numberedRun(1, 1));
  assert.equal(watch.mark(), 0, 'at first sight it has just come');
  assert.equal(watch.fresh, 1);
  letClockMove();
  assert.equal(watch.mark(), 1);
  assert.equal(watch.fresh, 0);
  assert.equal(table.entryAt(0).status, EntryStatus.STALE);
  assert.equal(table.entryAt(0).price, 1, 'the price itself stays');
  assert.equal(watch.mark(), 1, 'it is counted as long as it is stale');
  table.write(numberedRun(2, 1));
  assert.equal(watch.mark(), 0);
  assert.equal(table.entryAt(0).status, EntryStatus.LIVE);
});

test('a price that was never there is not stale', () => {
  const table = tableOf('AAPL', 'MSFT');
  const watch = new StalePrices(table, 0);
  watch.mark();
  letClockMove();
  assert.equal(watch.mark(), 0);
  assert.equal(table.statusAt(0), EntryStatus.EMPTY);
});

test('the time in the ticks does not matter: a replay of long ago is live', () => {
  const table = tableOf('AAPL');
  const watch = new StalePrices(table, PATIENT_MS);
  const run = numberedRun(1, 1);
  run.timeNs = 1;
  table.write(run);
  assert.equal(watch.mark(), 0);
  letClockMove();
  assert.equal(watch.mark(), 0);
});

test('the same price again is a tick', () => {
  const table = tableOf('AAPL');
  const watch = new StalePrices(table, 0);
  const run = numberedRun(1, 1);
  for (let i = 0; i < 3; i++) {
    table.write(run);
    assert.equal(watch.mark(), 0);
    letClockMove();
  }
  assert.equal(watch.mark(), 1);
});

test('each symbol has its own time, also when others are added', () => {
  const table = tableOf('AAPL');
  const watch = new StalePrices(table, 0);
  table.write(numberedRun(1, 1));
  watch.mark();
  for (let i = 0; i < 50; i++) table.add(`S${i}`);
  table.write(numberedRun(1, 50, 51)); // symbols 1 to 50
  letClockMove();
  assert.equal(watch.mark(), 1, 'the first has not moved since the last look, the others are new');
  letClockMove();
  table.write(numberedRun(51, 1, 51)); // symbol 0
  assert.equal(watch.mark(), 50);
  assert.equal(table.statusAt(0), EntryStatus.LIVE);
});

test('a price that has moved is not stale when symbols are added', (t) => {
  t.mock.method(performance, 'now', () => PATIENT_MS);
  const table = tableOf('AAPL');
  const watch = new StalePrices(table, PATIENT_MS / 2);
  table.write(numberedRun(1, 1));
  watch.mark();
  table.add('MSFT');
  assert.equal(watch.mark(), 0);
});

test('a book of a dead writer gets its time before it is stale', () => {
  const table = tableOf('AAPL');
  table.write(numberedRun(1, 1));
  letClockMove();
  assert.equal(new StalePrices(table, 0).mark(), 0);
});
