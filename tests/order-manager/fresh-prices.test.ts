import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AttachedPriceBook, PriceBookWriter } from '@tickline/price-book';
import { FreshPrices } from '../../src/order-manager/fresh-prices.ts';
import { toggleHalfWritten } from '../packages/price-book/damage.ts';
import { letClockMove } from '../packages/price-book/ticks.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

const HOUR_MS = 3_600_000;

function pricesOf(t: TestContext): { name: string; book: PriceBookWriter; prices: FreshPrices } {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL'], name, { ringCapacity: 1024 });
  t.after(() => book.close());
  const prices = new FreshPrices(HOUR_MS);
  assert.equal(prices.of('AAPL'), undefined, 'without a book there is no price');
  prices.attach(new AttachedPriceBook(name));
  return { name, book, prices };
}

test('the price is the latest, for symbols added later too; before the first tick there is none', (t) => {
  const { book, prices } = pricesOf(t);
  assert.equal(prices.of('AAPL'), undefined);
  assert.equal(prices.of('MSFT'), undefined);
  book.add('MSFT');
  book.update('AAPL', 1);
  book.update('AAPL', 2);
  book.update('MSFT', 3);
  assert.deepEqual([prices.of('AAPL'), prices.of('MSFT')], [2, 3]);
  prices.detach();
  assert.equal(prices.of('AAPL'), undefined);
});

test('a price that is missing has a reason: no book, an unknown symbol, or no tick', (t) => {
  const { book, prices } = pricesOf(t);
  assert.deepEqual(
    ['AAPL', 'MSFT'].map((symbol) => prices.marketPrice(symbol)),
    ['PRICE_STALE', 'SYMBOL_UNKNOWN'],
  );
  book.update('AAPL', 2);
  assert.equal(prices.marketPrice('AAPL'), 2);
  prices.detach();
  assert.equal(prices.marketPrice('AAPL'), 'NO_PRICE_BOOK');
});

test('a price that is too old does not count, even if it is not marked as stale', (t) => {
  const { name, book, prices } = pricesOf(t);
  const impatient = new FreshPrices(0);
  impatient.attach(new AttachedPriceBook(name));
  book.update('AAPL', 1);
  letClockMove();
  assert.deepEqual([prices.of('AAPL'), impatient.of('AAPL')], [1, undefined]);
  assert.equal(impatient.marketPrice('AAPL'), 'PRICE_STALE');
});

test('an entry that its writer left half written has no price', (t) => {
  const { book, prices } = pricesOf(t);
  book.update('AAPL', 1);
  toggleHalfWritten(book);
  assert.equal(prices.of('AAPL'), undefined);
  toggleHalfWritten(book);
  assert.equal(prices.of('AAPL'), 1);
});
