// Relative strength index: buys a symbol that is oversold, sells one that is overbought, closes the position when the
// index is back at 50, and ignores the news. The index comes from an indicator library of npm.
//
//   npm install trading-signals
//   ./tickline run --strategy examples/strategies/rsi.ts --strategy-name rsi

import { RSI } from 'trading-signals';
import {
  type Indicators,
  type Parameters,
  Signal,
  type StrategyContext,
  type Target,
  type TradingStrategy,
  type ValuesOf,
} from '../../src/strategy-types.ts';

const MIDDLE = 50;

export const parameters = {
  window: { kind: 'integer', default: 14, min: 2, max: 10_000, about: 'ticks in the index' },
  oversold: { kind: 'decimal', default: 30, min: 0, max: 50, about: 'index below which it buys' },
  overbought: { kind: 'decimal', default: 70, min: 50, max: 100, about: 'index above which it sells' },
  quantity: {
    kind: 'decimal',
    default: 10,
    min: 0.00000001,
    max: 1_000_000,
    about: 'shares to hold, long or short',
  },
} as const satisfies Parameters;

export const indicators = [{ name: 'RSI', scale: 'own' }] as const satisfies Indicators;

export default function createRsi(
  { window, oversold, overbought, quantity }: ValuesOf<typeof parameters>,
  context: StrategyContext,
): TradingStrategy {
  /** By symbol index. */
  const indices: RSI[] = [];
  const buyNote = `RSI below ${oversold}`;
  const sellNote = `RSI above ${overbought}`;
  return {
    onTick(symbol: number, price: number): Target {
      indices[symbol] ??= new RSI(window);
      /** 0 to 100; null until `window` price changes are known. */
      const index = indices[symbol].add(price);
      if (index === null) return 'keep';
      if (index < oversold) {
        context.note = buyNote;
        return quantity;
      }
      if (index > overbought) {
        context.note = sellNote;
        return -quantity;
      }
      const position = context.position(symbol);
      const isBack = position > 0 ? index >= MIDDLE : index <= MIDDLE;
      context.note = 'RSI back at its middle';
      return isBack ? 0 : 'keep';
    },

    publish(symbol: number, values: Float64Array): Signal | undefined {
      const index = indices[symbol].getResult();
      if (index === null) return undefined;
      values[0] = index;
      if (index < oversold) return Signal.BUY;
      return index > overbought ? Signal.SELL : Signal.NEUTRAL;
    },
  };
}
