// The measures of an equity curve and its fills. docs/backtest.md has each formula and its source.

import { type Drawdown, deepest, drawdowns } from './drawdowns.ts';
import type { Fill } from './fill.ts';
import type { RoundTrip } from './round-trips.ts';
import { downsideDeviation, mean, standardDeviation } from './statistics.ts';

const DAYS_PER_YEAR = 365.25;

/** Equity in USD at the end of each day that has a tick. */
export interface EquityCurve {
  /** USD before the first day. */
  readonly capital: number;
  /** Days since 1970-01-01 UTC. */
  readonly days: ArrayLike<number>;
  readonly equity: ArrayLike<number>;
}

/** Fractions, not percentages. A measure that the data does not allow is NaN. */
export interface CurveMeasures {
  /** USD. */
  readonly finalEquity: number;
  readonly totalReturn: number;
  readonly cagr: number;
  readonly volatility: number;
  readonly sharpe: number;
  readonly sortino: number;
  readonly maxDrawdown: number;
  /** Calendar days from the peak of the deepest drawdown to its recovery, or to the end of the data. */
  readonly maxDrawdownDays: number;
  readonly calmar: number;
}

export interface TradeMeasures {
  readonly orders: number;
  readonly roundTrips: number;
  readonly winRate: number;
  readonly profitFactor: number;
  /** USD per round trip. */
  readonly expectancy: number;
  /** Mean gross value of the positions as a fraction of the equity. */
  readonly exposure: number;
  /** Fraction of the days that ended with a position. */
  readonly timeInMarket: number;
  /** Value traded per year as a multiple of the mean equity. */
  readonly turnover: number;
  /** USD. */
  readonly fees: number;
}

/** The change of equity on each day as a fraction; on the first day, from the capital. */
export function dailyReturns({ capital, equity }: Pick<EquityCurve, 'capital' | 'equity'>): Float64Array {
  return Float64Array.from(equity, (end, day) => end / (day === 0 ? capital : equity[day - 1]) - 1);
}

/** Calendar years from the first day to the last. */
export function yearsOf({ days }: Pick<EquityCurve, 'days'>): number {
  return days.length === 0 ? 0 : (days[days.length - 1] - days[0]) / DAYS_PER_YEAR;
}

/** Observed returns per year: about 252 for daily prices of stocks, 365 for those of coins, 12 for monthly ones. */
export function returnsPerYear(curve: Pick<EquityCurve, 'days'>): number {
  return (curve.days.length - 1) / yearsOf(curve);
}

export function curveMeasures(curve: EquityCurve): CurveMeasures {
  const { capital, equity, days } = curve;
  const returns = dailyReturns(curve);
  const years = yearsOf(curve);
  const perYear = Math.sqrt(returnsPerYear(curve));
  const finalEquity = equity[equity.length - 1] ?? capital;
  const growth = finalEquity / capital;
  const cagr = years > 0 && growth > 0 ? growth ** (1 / years) - 1 : Number.NaN;
  const average = mean(returns);
  const all = drawdowns(capital, equity);
  const [worst] = deepest(all, 1);
  const maxDrawdown = worst?.depth ?? 0;
  return {
    finalEquity,
    totalReturn: growth - 1,
    cagr,
    volatility: standardDeviation(returns) * perYear,
    sharpe: ratio(average, standardDeviation(returns)) * perYear,
    sortino: ratio(average, downsideDeviation(returns)) * perYear,
    maxDrawdown,
    maxDrawdownDays: worst === undefined ? 0 : lengthOf(worst, days),
    calmar: ratio(cagr, maxDrawdown),
  };
}

/** @param gross value of all positions at the end of each day in USD, short ones as positive amounts */
export function tradeMeasures(
  curve: EquityCurve,
  gross: ArrayLike<number>,
  fills: readonly Fill[],
  trips: readonly RoundTrip[],
): TradeMeasures {
  const profits = trips.map(({ profit }) => profit);
  const wins = profits.filter((profit) => profit > 0);
  const lost = -sum(profits.filter((profit) => profit < 0));
  const traded = sum(fills.map(({ quantity, price }) => quantity * price));
  const days = Array.from(curve.equity, (equity, day) => ({ equity, gross: gross[day] }));
  const isSolvent = days.every(({ equity }) => equity > 0); // nothing is a fraction of capital that is gone
  return {
    orders: fills.length,
    roundTrips: profits.length,
    winRate: ratio(wins.length, profits.length),
    profitFactor: ratio(sum(wins), lost),
    expectancy: ratio(sum(profits), profits.length),
    exposure: isSolvent ? mean(days.map((day) => day.gross / day.equity)) : Number.NaN,
    timeInMarket: mean(days.map((day) => Number(day.gross > 0))),
    turnover: isSolvent ? ratio(traded, mean(curve.equity) * yearsOf(curve)) : Number.NaN,
    fees: sum(fills.map(({ fee }) => fee)),
  };
}

/** Calendar days of a drawdown, from its peak to its end or to the last day. */
export function lengthOf({ peak, end }: Drawdown, days: ArrayLike<number>): number {
  const last = end ?? days.length - 1;
  return days[last] - days[Math.max(peak, 0)];
}

/** NaN where the divisor is zero: no trade was lost, or nothing has changed. */
function ratio(dividend: number, divisor: number): number {
  return divisor === 0 ? Number.NaN : dividend / divisor;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
