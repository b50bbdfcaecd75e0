// One rule in two backtesters: long while the short average is above the long one, flat below, filled at the next price.

import { createRequire } from 'node:module';
import type { DayCloses } from '../../../src/backtest/day-closes.ts';
import type { History } from '../../../src/backtest/history.ts';
import { type SimulationSettings, simulate } from '../../../src/backtest/simulation.ts';
import { MovingAverages } from '../../../src/domain/strategies/moving-averages.ts';
import { Signal } from '../../../src/domain/strategies/signals.ts';
import { TicklineError } from '../../../src/platform/errors.ts';

const SHORT = 5;
const LONG = 20;
const SHARES = 10;

/** Prices of entry and exit in USD. */
type Trade = readonly [number, number];

/** The two backtesters disagree. */
export class UnequalTradesError extends TicklineError {
  constructor() {
    super('Tickline and grademark gave different trades; expected the same: their rates cannot be compared');
  }
}

interface Bar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly signal: Signal;
}

/** What is used of grademark and data-forge, whose own types need an older TypeScript. */
interface Grademark {
  backtest(
    strategy: {
      entryRule(enter: () => void, args: { readonly bar: Bar }): void;
      exitRule(exit: () => void, args: { readonly bar: Bar }): void;
    },
    series: unknown,
  ): { readonly entryPrice: number; readonly exitPrice: number; readonly exitReason: string }[];
}

interface DataForge {
  readonly DataFrame: new (bars: readonly Bar[]) => unknown;
}

// Both packages are CommonJS, and declare no types that this compiler reads.
const load = createRequire(import.meta.url);
const { backtest }: Grademark = load('grademark');
const { DataFrame }: DataForge = load('data-forge');

/** The round trips that were closed. */
export function tradesOfTickline(history: History, closes: DayCloses, settings: SimulationSettings): Trade[] {
  const averages = new MovingAverages(SHORT, LONG);
  let hasFilled = false;
  const { fills } = simulate(
    history,
    closes,
    () => ({
      onReport() {
        hasFilled = true;
      },
      onTick(symbol, price) {
        const signal = averages.push(symbol, price);
        const decides = !hasFilled; // grademark asks no rule on the bar that fills an order
        hasFilled = false;
        if (signal === Signal.NEUTRAL || !decides) return 'keep';
        return signal === Signal.BUY ? SHARES : 0;
      },
    }),
    settings,
  );
  return fills.flatMap(({ side, price }, index) =>
    side === 'SELL' ? [[fills[index - 1].price, price]] : [],
  );
}

/** Without a trade that is still open at the end, which grademark closes. */
export function tradesOfGrademark({ prices, timesMs }: History): Trade[] {
  const averages = new MovingAverages(SHORT, LONG);
  const bars = Array.from(prices, (price, row): Bar => {
    const signal = averages.push(0, price);
    return { time: new Date(timesMs[row]), open: price, high: price, low: price, close: price, signal };
  });
  const trades = backtest(
    {
      entryRule: (enter, { bar }) => bar.signal === Signal.BUY && enter(),
      exitRule: (exit, { bar }) => bar.signal === Signal.SELL && exit(),
    },
    new DataFrame(bars),
  );
  return trades
    .filter(({ exitReason }) => exitReason === 'exit-rule')
    .map(({ entryPrice, exitPrice }) => [entryPrice, exitPrice]);
}
