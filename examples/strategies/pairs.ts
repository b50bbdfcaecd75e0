// A pair of symbols whose prices move together. When their ratio is far above its average, it sells the first and buys
// the second for the same value; far below, the other way round; and closes both when the ratio is back. It ignores the
// news.
//
//   ./tickline run --strategy examples/strategies/pairs.ts --strategy-name pairs --param first=KO,second=PG

import {
  type Indicators,
  type Parameters,
  Signal,
  type StrategyContext,
  type Target,
  type TradingStrategy,
  type ValuesOf,
} from '../../src/strategy-types.ts';

const SYMBOLS = ['KO', 'PG', 'JNJ', 'MRK', 'GM', 'CAT', 'AAPL', 'MSFT'];

export const parameters = {
  first: {
    kind: 'choice',
    default: 'KO',
    choices: SYMBOLS,
    about: 'symbol above the fraction line of the ratio',
  },
  second: { kind: 'choice', default: 'PG', choices: SYMBOLS, about: 'symbol below it' },
  window: { kind: 'integer', default: 60, min: 2, max: 100_000, about: 'ticks in the average of the ratio' },
  band: {
    kind: 'decimal',
    default: 0.05,
    min: 0,
    max: 1,
    about: 'distance from the average that opens both legs',
  },
  quantity: {
    kind: 'decimal',
    default: 10,
    min: 0.00000001,
    max: 1_000_000,
    about: 'shares of the first symbol',
  },
} as const satisfies Parameters;

export const indicators = [
  { name: 'ratio', scale: 'own' },
  { name: 'average ratio', scale: 'own' },
] as const satisfies Indicators;

/** A leg gets its target with its own next tick: the trader asks for one symbol at a time. */
export default function createPairs(
  { first, second, window, band, quantity }: ValuesOf<typeof parameters>,
  context: StrategyContext,
): TradingStrategy {
  const weight = 2 / (window + 1);
  /** By index: a look-up in the book makes a string. */
  const names: (string | undefined)[] = [];
  /** Latest prices in USD; NaN before the first. */
  let firstPrice = Number.NaN;
  let secondPrice = Number.NaN;
  /** Average of the ratio; NaN before both have a price. */
  let average = Number.NaN;
  /** Signed shares of each symbol to hold. */
  let firstShares = 0;
  let secondShares = 0;

  function decide(): void {
    const ratio = firstPrice / secondPrice;
    if (Number.isNaN(ratio)) return;
    if (Number.isNaN(average)) average = ratio;
    average += weight * (ratio - average);
    const isOpen = firstShares !== 0;
    if (!isOpen && Math.abs(ratio / average - 1) > band) {
      firstShares = ratio > average ? -quantity : quantity;
      secondShares = -firstShares * ratio;
    } else if (isOpen && (firstShares < 0 ? ratio <= average : ratio >= average)) {
      firstShares = 0;
      secondShares = 0;
    }
  }

  return {
    onTick(symbol: number, price: number): Target {
      names[symbol] ??= context.symbols.nameOf(symbol);
      const name = names[symbol];
      if (name === first) firstPrice = price;
      else if (name === second) secondPrice = price;
      else return 'keep';
      decide();
      context.note = firstShares === 0 ? 'ratio back at its average' : 'ratio far from its average';
      return name === first ? firstShares : secondShares;
    },

    publish(symbol: number, values: Float64Array): Signal | undefined {
      const name = names[symbol];
      if ((name !== first && name !== second) || Number.isNaN(average)) return undefined;
      values.set([firstPrice / secondPrice, average]);
      const shares = name === first ? firstShares : secondShares;
      return shares === 0 ? Signal.NEUTRAL : shares > 0 ? Signal.BUY : Signal.SELL;
    },
  };
}
