// The result of a backtest in figures: what table, JSON and report show.

import type { ParameterValues } from '../domain/strategies/parameters.ts';
import { buyAndHold } from './buy-and-hold.ts';
import { dayText } from './day-closes.ts';
import type { Fill } from './fill.ts';
import {
  type CurveMeasures,
  curveMeasures,
  type EquityCurve,
  type TradeMeasures,
  tradeMeasures,
} from './measures.ts';
import { notesOf } from './notes.ts';
import type { BacktestRun } from './run-once.ts';

export interface Outcome {
  readonly data: {
    readonly file: string;
    readonly sha256: string;
    readonly ticks: number;
    readonly symbols: readonly string[];
    readonly firstDay: string;
    readonly lastDay: string;
    readonly skippedRows: number;
  };
  readonly news: {
    /** Undefined: random, from the seed. */
    readonly file: string | undefined;
    readonly sha256: string | undefined;
    readonly seed: number;
    readonly sentiments: number;
  };
  readonly strategy: {
    /** Undefined: the crossover. */
    readonly file: string | undefined;
    readonly sha256: string | undefined;
    readonly parameters: ParameterValues;
  };
  readonly capital: number;
  readonly latencyMs: number;
  readonly measures: CurveMeasures & TradeMeasures;
  readonly buyAndHold: CurveMeasures;
  /** USD at the last prices. */
  readonly pnl: { readonly realised: number; readonly unrealised: number };
  readonly notes: readonly string[];
  readonly curve: EquityCurve;
  readonly buyAndHoldCurve: EquityCurve;
  readonly fills: readonly Fill[];
}

export function outcomeOf(run: BacktestRun): Outcome {
  const { settings, strategyFile, parameters, read, history, closes, result } = run;
  const { capital } = settings;
  const days = closes.days.subarray(0, result.daysTraded);
  const curve = { capital, days, equity: result.account.equity.subarray(0, days.length) };
  const held = buyAndHold(capital, history.symbols.length, closes).subarray(0, days.length);
  const buyAndHoldCurve = { capital, days, equity: held };
  return {
    data: {
      file: settings.data,
      sha256: read.dataSha256,
      ticks: history.prices.length,
      symbols: history.symbols,
      firstDay: dayText(closes.days[0]),
      lastDay: dayText(closes.days[closes.days.length - 1]),
      skippedRows: read.skippedRows,
    },
    news: {
      file: settings.newsData,
      sha256: read.newsSha256,
      seed: settings.seed,
      sentiments: result.newsSeen,
    },
    strategy: { file: strategyFile, sha256: run.strategySha256, parameters },
    capital,
    latencyMs: settings.latency,
    measures: {
      ...curveMeasures(curve),
      ...tradeMeasures(curve, result.account.gross.subarray(0, days.length), result.fills),
    },
    buyAndHold: curveMeasures(buyAndHoldCurve),
    pnl: pnlOf(run),
    notes: notesOf(run),
    curve,
    buyAndHoldCurve,
    fills: result.fills,
  };
}

function pnlOf({ history, result }: BacktestRun): { realised: number; unrealised: number } {
  let [realised, unrealised] = [0, 0];
  for (const [index] of history.symbols.entries()) {
    const { quantity, averagePrice, realisedPnl } = result.account.position(index);
    realised += realisedPnl;
    unrealised += quantity * (result.account.lastPrice(index) - averagePrice);
  }
  return { realised, unrealised };
}
