// The result of a backtest in figures: what table, JSON and report show.

import type { FillRules } from '../domain/fills.ts';
import type { ParameterValues } from '../domain/strategies/parameters.ts';
import { fillRules } from '../settings/fill-rules.ts';
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
  readonly costs: FillRules;
  readonly measures: CurveMeasures & TradeMeasures;
  readonly buyAndHold: CurveMeasures;
  /** USD at the last prices; undefined for a walk-forward. */
  readonly pnl: { readonly realised: number; readonly unrealised: number } | undefined;
  readonly notes: readonly string[];
  readonly curve: EquityCurve;
  readonly buyAndHoldCurve: EquityCurve;
  readonly fills: readonly Fill[];
}

export function outcomeOf(run: BacktestRun): Outcome {
  const { settings, strategyFile, strategySha256, parameters, read, history, closes, traded } = run;
  const { capital } = settings;
  const { curve, gross, fills, trips, pnl, newsSeen } = traded;
  const held = buyAndHold(capital, history.symbols.length, closes).subarray(0, curve.days.length);
  const buyAndHoldCurve = { capital, days: curve.days, equity: held };
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
    news: { file: settings.newsData, sha256: read.newsSha256, seed: settings.seed, sentiments: newsSeen },
    strategy: { file: strategyFile, sha256: strategySha256, parameters },
    capital,
    latencyMs: settings.latency,
    costs: fillRules(settings),
    measures: { ...curveMeasures(curve), ...tradeMeasures(curve, gross, fills, trips) },
    buyAndHold: curveMeasures(buyAndHoldCurve),
    pnl,
    notes: notesOf(run),
    curve,
    buyAndHoldCurve,
    fills,
  };
}
