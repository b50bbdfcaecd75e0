// One backtest: trades the whole data with one set of parameters.

import { type ParameterValues, parameterValues } from '../domain/strategies/parameters.ts';
import type { RecordedOrder } from '../order-store/recorded-order.ts';
import type { DayCloses } from './day-closes.ts';
import type { Fill } from './fill.ts';
import type { History } from './history.ts';
import type { IndicatorHistory } from './indicator-history.ts';
import type { EquityCurve } from './measures.ts';
import type { Prepared } from './prepare.ts';
import { type RoundTrip, roundTrips } from './round-trips.ts';
import type { SimulationResult } from './simulation.ts';

/** What was traded, with all that the result has to name. */
export interface BacktestRun extends Pick<Prepared, 'settings' | 'strategySha256' | 'read'> {
  /** Undefined for the crossover. */
  readonly strategyFile: string | undefined;
  readonly parameters: ParameterValues;
  /** The part of the data that was traded. */
  readonly history: History;
  readonly closes: DayCloses;
  readonly traded: Traded;
  /** Undefined for a walk-forward: each of its tests has other parameters. */
  readonly indicators?: IndicatorHistory;
}

/** What came of it. */
export interface Traded extends Pick<SimulationResult, 'rejected' | 'newsSeen'> {
  /** Orders that no tick came for before the data ended. */
  readonly unfilled: number;
  readonly curve: EquityCurve;
  /** USD at the end of each day of the curve. */
  readonly gross: ArrayLike<number>;
  readonly fills: readonly Fill[];
  /** What a reader must know about it. */
  readonly note?: string;
  /** Those that were closed. */
  readonly trips: readonly RoundTrip[];
  /** Filled and rejected ones, as an OrderManager records them; none for a walk-forward. */
  readonly orders: readonly RecordedOrder[];
  /** USD, at the last prices; undefined for a walk-forward. */
  readonly pnl: { readonly realised: number; readonly unrealised: number } | undefined;
}

/** @throws StrategyParameterError, StrategyFailedError */
export function runOnce(prepared: Prepared, parameters: ParameterValues = prepared.given): BacktestRun {
  const { history, closes, settings } = prepared;
  const result = prepared.simulate(parameters, history, closes, prepared.loaded.indicators);
  const { rejected, unfilledMs, newsSeen, fills, account, daysTraded } = result;
  const curve = {
    capital: settings.capital,
    days: closes.days.subarray(0, daysTraded),
    equity: account.equity.subarray(0, daysTraded),
  };
  const traded = {
    rejected,
    unfilled: unfilledMs.length,
    newsSeen,
    fills,
    curve,
    gross: account.gross,
    pnl: account.pnl,
    orders: result.orders,
    trips: roundTrips(fills),
  };
  return { ...runOf(prepared, parameters, { history, closes, traded }), indicators: result.indicators };
}

export function runOf(
  { settings, strategySha256, read, loaded }: Prepared,
  parameters: ParameterValues,
  of: Pick<BacktestRun, 'history' | 'closes' | 'traded'>,
): BacktestRun {
  const { file: strategyFile } = loaded;
  const all = parameterValues(loaded.parameters, parameters);
  return { settings, strategySha256, read, strategyFile, parameters: all, ...of };
}
