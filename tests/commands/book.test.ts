// ./tickline book: what it says of symbols that have no price.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { showBook } from '../../src/commands/book.ts';
import { uniqueBook } from '../packages/price-book/unique-book.ts';

/** A book with prices of AAPL and IBM. */
function bookOf(t: TestContext): string {
  const name = uniqueBook(t);
  const book = new PriceBookWriter(['AAPL', 'IBM', 'MSFT'], name, { ringCapacity: 8 });
  t.after(() => book.close());
  for (const symbol of ['AAPL', 'IBM']) book.update(symbol, 100);
  return name;
}

/** What `book` prints on standard output and standard error. */
async function shown(t: TestContext, stack: string, symbols: readonly string[], json = true) {
  const [out, err]: [string[], string[]] = [[], []];
  const log = t.mock.method(console, 'log', (line: string) => void out.push(line));
  const error = t.mock.method(console, 'error', (line: string) => void err.push(line));
  try {
    await showBook({ stack, symbols, json });
  } finally {
    log.mock.restore();
    error.mock.restore();
  }
  return { symbols: out.map((line) => JSON.parse(line).symbol), err };
}

test('book names the symbols that have no price, beside those that have one', async (t) => {
  const stack = bookOf(t);
  const { symbols, err } = await shown(t, stack, ['AAPL', 'ZZZ', 'MSFT']);
  assert.deepEqual(symbols, ['AAPL']);
  assert.equal(err.length, 1);
  assert.match(err[0], /^no price of ZZZ, MSFT in \S+: it has those of AAPL, IBM$/);
  assert.deepEqual(await shown(t, stack, ['IBM', 'IBM']), { symbols: ['IBM'], err: [] });
});

test('book fails if none of the symbols has a price', async (t) => {
  const stack = bookOf(t);
  for (const json of [true, false])
    await assert.rejects(shown(t, stack, ['ZZZ'], json), {
      name: 'NoPriceError',
      exitStatus: 1,
      message: /^no price of ZZZ in \S+: it has those of AAPL, IBM$/,
    });
});
