// What the chart shows: the ticks or candles of one symbol, and its trades. It uses no DOM.

import type { Candle, ChartLines, IndicatorSample, OrderLine, Point } from '../messages.ts';

/**
 * Most points of a chart, and how many are kept beyond it: trimming redraws the chart, so it must be rare.
 */
const POINTS_MAX = 2_500;
const POINTS_KEPT = 2_000;
const TRADES_MAX = 4_000;
const TRADES_KEPT = 2_000;

/** Changes since the last call. */
export interface ChartChange {
  /** True: all of it is new; false: the rest follows the earlier ones. */
  readonly complete: boolean;
  readonly points: readonly Point[];
  /** A candle with the start of an earlier one replaces it. */
  readonly candles: readonly Candle[];
  readonly tradesChanged: boolean;
  readonly indicatorsChanged: boolean;
}

export class ChartModel {
  symbol = '';
  range = 'ticks';
  /** Oldest first. */
  points: Point[] = [];
  candles: Candle[] = [];
  trades: OrderLine[] = [];
  /** Of each publisher, oldest first. */
  indicators: IndicatorSample[][] = [];
  #replaced = true;
  #tradesChanged = true;
  #indicatorsChanged = true;
  #addedPoints: Point[] = [];
  #addedCandles: Candle[] = [];

  apply({ symbol, range, complete, points, candles, trades, indicators }: ChartLines): void {
    if (complete) {
      this.clear();
      this.symbol = symbol;
      this.range = range;
    } else if (symbol !== this.symbol || range !== this.range) return;
    this.points.push(...points);
    this.#addedPoints.push(...points);
    for (const candle of candles) this.#addCandle(candle);
    this.trades.push(...trades);
    if (trades.length > 0) this.#tradesChanged = true;
    for (const [index, samples] of indicators.entries()) this.#addSamples(index, samples);
    this.#trim();
  }

  /** The latest price and its time in Unix ms; undefined if the chart has ticks and no point yet. */
  get last(): { readonly at: number; readonly price: number } | undefined {
    const point = this.points.at(-1);
    return point && { at: point[0], price: point[1] };
  }

  take(): ChartChange {
    const change = {
      complete: this.#replaced,
      points: this.#addedPoints,
      candles: this.#addedCandles,
      tradesChanged: this.#tradesChanged || this.#replaced,
      indicatorsChanged: this.#indicatorsChanged || this.#replaced,
    };
    this.#replaced = false;
    this.#tradesChanged = false;
    this.#indicatorsChanged = false;
    this.#addedPoints = [];
    this.#addedCandles = [];
    return change;
  }

  clear(): void {
    this.symbol = '';
    this.points = [];
    this.candles = [];
    this.trades = [];
    this.indicators = [];
    this.#replaced = true;
    this.#addedPoints = [];
    this.#addedCandles = [];
  }

  #addCandle(candle: Candle): void {
    if (this.candles.at(-1)?.[0] === candle[0]) this.candles[this.candles.length - 1] = candle;
    else this.candles.push(candle);
    this.#addedCandles.push(candle);
  }

  #addSamples(index: number, samples: readonly IndicatorSample[]): void {
    this.indicators[index] ??= [];
    const all = this.indicators[index];
    all.push(...samples);
    if (all.length > POINTS_MAX) this.indicators[index] = all.slice(-POINTS_KEPT);
    if (samples.length > 0) this.#indicatorsChanged = true;
  }

  #trim(): void {
    if (this.trades.length > TRADES_MAX) this.trades = this.trades.slice(-TRADES_KEPT);
    if (Math.max(this.points.length, this.candles.length) > POINTS_MAX) {
      this.points = this.points.slice(-POINTS_KEPT);
      this.candles = this.candles.slice(-POINTS_KEPT);
      this.#replaced = true;
    }
    if (this.#replaced) {
      this.#addedPoints = [];
      this.#addedCandles = [];
    }
  }
}
