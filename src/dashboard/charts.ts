// What the charts of the screens get in one frame: ticks or candles, and trades. Screens with the same chart
// share it.

import type { AttachedPriceBook } from '@tickline/price-book';
import { isOfThePast } from '../domain/market-time-text.ts';
import type { Blotter } from './blotter.ts';
import { CANDLES, Candles, type CandleValues } from './candles.ts';
import type { Candle, ChartLines, IndicatorSample, Point } from './messages.ts';
import type { NewsHistory } from './news-history.ts';
import type { PublishedSignals } from './published-signals.ts';
import { candleLength, type Range } from './ranges.ts';
import type { Screen } from './screens.ts';
import type { SignalSample } from './signal-history.ts';
import type { SymbolRows } from './symbol-rows.ts';
import type { TickWatch, TickWatchOptions, WatchedTick } from './tick-watch.ts';
import type { WallTime } from './wall-time.ts';

/** Values of indicators are sent to this many significant digits. */
const VALUE_DIGITS = 10;
const MS_PER_S = 1_000;
const NO_CANDLES = Number.NEGATIVE_INFINITY;

/** A book, as far as the charts need it. */
interface Market {
  readonly ticks: TickWatch;
  readonly rows: SymbolRows;
  readonly signals: PublishedSignals;
}

export class Charts {
  readonly #news: NewsHistory;
  readonly #time: WallTime;
  readonly #blotter: Blotter;
  /** By symbol: they outlive the book. */
  readonly #candles = new Map<string, Candles>();
  /** The last order line of the frame before. */
  #sentLine = 0;
  /** The last sample of an indicator of the frame before. */
  #sentSample = 0;
  /** By symbol and range: the last candle of the frame before. */
  #sentCandles = new Map<string, CandleValues | undefined>();

  constructor(news: NewsHistory, time: WallTime, blotter: Blotter) {
    this.#news = news;
    this.#time = time;
    this.#blotter = blotter;
  }

  /** Returns a function that adds the ticks of a book to the candles. */
  recorder(book: AttachedPriceBook): TickWatchOptions['onTick'] {
    const bySymbol: Candles[] = [];
    return (symbol, timeNs, price, marketMs) => {
      bySymbol[symbol] ??= this.#candlesOf(book.table.symbolAt(symbol));
      bySymbol[symbol].add(this.#time.of(timeNs), price, marketMs);
    };
  }

  /** The chart of each screen that has something new: all of it if the screen has just chosen it. */
  next(screens: readonly Screen[], market: Market): ReadonlyMap<Screen, ChartLines> {
    const { ticks, rows, signals } = market;
    const charts = new Map<Screen, ChartLines>();
    const shared = new Map<string, ChartLines>();
    const shown = new Set<number>();
    const sent = new Map<string, CandleValues | undefined>();
    for (const screen of screens) {
      const symbol = screen.chosen ?? rows.names[0];
      const index = symbol === undefined ? undefined : rows.indexOf(symbol);
      if (symbol === undefined || index === undefined) continue;
      const { range } = screen;
      const name = `${symbol} ${range}`;
      const complete = screen.needsState || screen.charted !== name;
      screen.charted = name;
      if (candleLength(range) === undefined) shown.add(index);
      const chart =
        shared.get(`${name} ${complete}`) ?? this.#chart({ symbol, index, range, complete }, market);
      shared.set(`${name} ${complete}`, chart);
      sent.set(name, this.#lastCandle(symbol, range));
      if (complete || hasLines(chart)) charts.set(screen, chart);
    }
    ticks.show(shown);
    this.#sentCandles = sent;
    this.#sentLine = this.#blotter.lastLine;
    this.#sentSample = signals.last;
    return charts;
  }

  #chart(
    { symbol, index, range, complete }: { symbol: string; index: number; range: Range; complete: boolean },
    { ticks, signals }: Market,
  ): ChartLines {
    const length = candleLength(range);
    const points = length !== undefined ? [] : complete ? ticks.past(index) : ticks.take(index);
    return {
      ...{ symbol, range, complete },
      points: points.map((tick) => this.#point(tick)),
      candles: length === undefined ? [] : this.#newCandles(symbol, range, length, complete),
      indicators:
        length === undefined
          ? signals.samples(index, complete ? 0 : this.#sentSample).map((all) => this.#samples(all))
          : [],
      trades: this.#blotter.trades.after(complete ? 0 : this.#sentLine, symbol),
    };
  }

  #newCandles(symbol: string, range: Range, length: number, complete: boolean): Candle[] {
    const sent = complete ? undefined : this.#sentCandles.get(`${symbol} ${range}`);
    const candles = this.#candlesOf(symbol).from(length, sent?.slot ?? NO_CANDLES);
    const [first] = candles;
    if (sent && candles.length === 1 && isSame(first, sent)) return [];
    return candles.map((candle) => this.#candle(candle, CANDLES[length].seconds));
  }

  #lastCandle(symbol: string, range: Range): CandleValues | undefined {
    const length = candleLength(range);
    return length === undefined ? undefined : this.#candlesOf(symbol).last(length);
  }

  #candle({ slot, open, high, low, close, marketMs }: CandleValues, seconds: number): Candle {
    const at = slot * seconds * MS_PER_S;
    const sentiment = this.#news.sentimentAt(at + seconds * MS_PER_S);
    return [at, open, high, low, close, sentiment, pastTime(marketMs, at, seconds * MS_PER_S)];
  }

  #point({ timeNs, marketMs, price }: WatchedTick): Point {
    const at = this.#time.of(timeNs);
    return [at, price, this.#news.sentimentAt(at), pastTime(marketMs, at)];
  }

  #samples(samples: readonly SignalSample[]): IndicatorSample[] {
    return samples.map(({ timeNs, values }) => [this.#time.of(timeNs), ...values.map(rounded)]);
  }

  #candlesOf(symbol: string): Candles {
    const known = this.#candles.get(symbol);
    if (known) return known;
    const candles = new Candles();
    this.#candles.set(symbol, candles);
    return candles;
  }
}

/** A market time that the chart shows instead of the time of arrival, from `at` to `spanMs` later. */
function pastTime(marketMs: number, at: number, spanMs = 0): number | null {
  const nearest = Math.min(Math.max(marketMs, at), at + spanMs);
  return isOfThePast(marketMs, nearest) ? marketMs : null;
}

function isSame(one: CandleValues, other: CandleValues): boolean {
  return (
    one.slot === other.slot && one.high === other.high && one.low === other.low && one.close === other.close
  );
}

function hasLines({ points, candles, trades, indicators }: ChartLines): boolean {
  return [points, candles, trades, ...indicators].some(({ length }) => length > 0);
}

function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toPrecision(VALUE_DIGITS));
}
