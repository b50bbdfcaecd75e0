// The symbols of a feed: checks a list of them, and makes up a list.

import { isSymbol, SYMBOL_EXPECTED, symbolFault } from '../../domain/symbol.ts';
import { FeedSettingError, quoted } from './feed-errors.ts';

/** Most symbols of a feed. */
export const SYMBOLS_MAX = 1_000_000;

/** @throws FeedSettingError unless `symbols` are 1 to 1,000,000 different valid symbols */
export function checkSymbols(symbols: readonly string[]): void {
  checkSymbolCount(symbols.length);
  const seen = new Set<string>();
  for (const symbol of symbols) {
    if (!isSymbol(symbol)) {
      throw new FeedSettingError(
        `symbols: expected ${SYMBOL_EXPECTED} each, found ${quoted(symbol)}: ${symbolFault(symbol)}`,
      );
    }
    if (seen.has(symbol)) throw new FeedSettingError(`symbols: ${symbol} is named twice; name it once`);
    seen.add(symbol);
  }
}

/**
 * `count` (1 to 1,000,000) different short symbols: A to Z, then AA to ZZ, and so on.
 * @throws FeedSettingError for another count
 */
export function randomSymbols(count: number): string[] {
  checkSymbolCount(count);
  return Array.from({ length: count }, (_, index) => letters(index));
}

/** Like the columns of a spreadsheet: 0 is A, 25 is Z, 26 is AA. */
function letters(index: number): string {
  const head = index < 26 ? '' : letters(Math.floor(index / 26) - 1);
  return head + String.fromCharCode(65 + (index % 26));
}

function checkSymbolCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= SYMBOLS_MAX) return;
  throw new FeedSettingError(`symbols: expected 1 to ${SYMBOLS_MAX} of them, found ${count}`);
}
