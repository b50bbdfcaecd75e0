import assert from 'node:assert/strict';
import { it } from 'node:test';
import { FeedSettingError } from '../../../src/gateway/feeds/feed-errors.ts';
import { checkSymbols, randomSymbols, SYMBOLS_MAX } from '../../../src/gateway/feeds/symbols.ts';

it('made-up symbols are named like the columns of a spreadsheet', () => {
  const symbols = randomSymbols(703);
  assert.deepEqual(symbols.slice(0, 3), ['A', 'B', 'C']);
  assert.deepEqual([symbols[25], symbols[26], symbols[701], symbols[702]], ['Z', 'AA', 'ZZ', 'AAA']);
});

it('a million made-up symbols are valid and different', () => {
  const symbols = randomSymbols(SYMBOLS_MAX);
  assert.equal(symbols.length, SYMBOLS_MAX);
  checkSymbols(symbols);
});

it('a count out of range is refused', () => {
  for (const count of [0, -1, 1.5, Number.NaN, SYMBOLS_MAX + 1]) {
    assert.throws(() => randomSymbols(count), FeedSettingError);
  }
});

it('an empty list, a bad symbol and a repeated symbol are refused', () => {
  for (const symbols of [
    [],
    ['A', ''],
    ['A*B'],
    ['#A'],
    ['ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ'],
    ['A', 'B', 'A'],
  ]) {
    assert.throws(() => checkSymbols(symbols), FeedSettingError);
  }
  checkSymbols(['BRK.B', 'BTC/USDT', 'EXACTLY-32-CHARS-ARE-A-SYMBOL-TO']);
});
