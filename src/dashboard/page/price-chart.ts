// The chosen symbol: ticks with the indicators of the strategies, or candles, and an arrow for each trade. Below, on a
// separate scale, the sentiment and its two thresholds.

import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  createTextWatermark,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type ITextWatermarkPluginApi,
  LineSeries,
  LineStyle,
  LineType,
  type MouseEventParams,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Candle, OrderLine, Point } from '../messages.ts';
import { chartColours, chartOptions } from './chart-options.ts';
import { barOfCandle, sentimentOf, sentimentText, type Value, valueAt } from './chart-values.ts';
import { byId } from './dom.ts';
import { price as priceText } from './format.ts';
import { IndicatorLines } from './indicator-lines.ts';
import { LatestPrice } from './latest-price.ts';
import type { Model } from './model.ts';
import { type Colours, chartFontSize, colours } from './theme.ts';
import { barOf, markersOf } from './trade-markers.ts';

type Line = ISeriesApi<'Line'>;

const MS_PER_S = 1_000;
/** Ticks of one batch share a time, but the chart needs different times, in seconds. */
const TIME_STEP_S = 2e-6;
/** An update of a series costs as much as setting all of its data. */
const UPDATES_MAX = 1;
const BARS_IN_SIGHT = 400;
const RIGHT_OFFSET = 4;
const PRICE_SHARE = 2.5;
/** Of a point: price, sentiment. */
const PARTS = [1, 2] as const;

/** What is under the pointer. */
export interface Hovered {
  readonly point: Point | undefined;
  readonly candle: Candle | undefined;
  readonly trades: readonly OrderLine[];
}

export interface PriceChartHandler {
  /** The pointer has moved; undefined: it has left the chart. */
  onHover(hovered: Hovered | undefined): void;
  /** Whether the chart shows its newest end. */
  onEnd(isAtEnd: boolean): void;
  /** The chart draws the latest price that the model has now. */
  onDraw(): void;
}

export class PriceChart {
  readonly #model: Model;
  readonly #element = byId('price-chart');
  readonly #chart: IChartApi;
  readonly #price: Line;
  readonly #indicators: IndicatorLines;
  readonly #sentiment: Line;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #tickMarkers: ISeriesMarkersPluginApi<Time>;
  readonly #candleMarkers: ISeriesMarkersPluginApi<Time>;
  /** Caption of the sentiment's pane. */
  readonly #caption: ITextWatermarkPluginApi<Time> | undefined;
  /** The line of the latest price. */
  readonly #lastOfTicks: IPriceLine;
  readonly #lastOfCandles: IPriceLine;
  #thresholds: IPriceLine[] = [];
  #colours: Colours = colours();
  #markers: SeriesMarker<Time>[] = [];
  /** The point at each time of the chart, in seconds. */
  readonly #points = new Map<number, Point>();
  /** All points and their times on the chart, in seconds. */
  readonly #timed: { readonly at: number; readonly time: UTCTimestamp }[] = [];
  /** Market time of the candle at each time of the chart, in ms. */
  readonly #marketOfCandles = new Map<number, number | null>();
  /** What the series have: price, sentiment. */
  #values: readonly Value[][] = [];
  /** The last time on the chart, in seconds. */
  #lastTime = 0;
  #firstTime = 0;
  /** Symbol and range as drawn. */
  #drawn = '';
  #paused = false;

  constructor(model: Model, handler: PriceChartHandler) {
    this.#model = model;
    const chart = createChart(this.#element, {
      ...chartOptions(true, (timeS) => this.#marketTimeAt(timeS)),
      handleScale: { axisPressedMouseMove: { time: true, price: false } },
    });
    chart.timeScale().applyOptions({ rightOffset: RIGHT_OFFSET });
    const quiet = {
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
    } as const;
    const priceFormat = { type: 'custom', minMove: 1e-8, formatter: priceText } as const;
    this.#chart = chart;
    this.#price = chart.addSeries(LineSeries, {
      ...quiet,
      crosshairMarkerVisible: true,
      lineWidth: 2,
      priceFormat,
    });
    this.#candles = chart.addSeries(CandlestickSeries, {
      lastValueVisible: false,
      priceLineVisible: false,
      priceFormat,
    });
    this.#sentiment = chart.addSeries(
      LineSeries,
      {
        ...quiet,
        lastValueVisible: true,
        lineType: LineType.WithSteps,
        lineWidth: 2,
        priceFormat: { type: 'custom', minMove: 1, formatter: sentimentText },
        autoscaleInfoProvider: () => ({ priceRange: { minValue: 0, maxValue: 100 } }),
      },
      1,
    );
    const label = { price: 0, lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: false } as const;
    this.#lastOfTicks = this.#price.createPriceLine(label);
    this.#lastOfCandles = this.#candles.createPriceLine(label);
    this.#price.attachPrimitive(this.#latestPrice(handler));
    this.#indicators = new IndicatorLines(model, chart);
    this.#tickMarkers = createSeriesMarkers(this.#price, []);
    this.#candleMarkers = createSeriesMarkers(this.#candles, []);
    const [prices, news] = chart.panes();
    this.#caption = news && createTextWatermark(news, { horzAlign: 'left', vertAlign: 'top', lines: [] });
    prices?.setStretchFactor(PRICE_SHARE);
    news?.setStretchFactor(1);
    chart.subscribeCrosshairMove((event) => handler.onHover(this.#hovered(event)));
    chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
      handler.onEnd(this.#isAtEnd);
      this.#describe();
    });
    this.recolour();
  }

  /** Draws what is new, and on a paused chart the latest price alone. Calls back when it draws. */
  render(): void {
    if (!this.#paused) this.#drawNew();
    this.#setLatest();
  }

  #drawNew(): void {
    const { complete, points, candles, tradesChanged, indicatorsChanged } = this.#model.chart.take();
    if (complete) this.#setAll();
    else if (points.length > UPDATES_MAX) this.#addPoints(points);
    else for (const point of points) this.#addPoint(point);
    if (!complete) for (const candle of candles) this.#addCandle(candle);
    if (tradesChanged) this.#mark();
    if (indicatorsChanged && !complete) this.#drawIndicators();
  }

  /** Draws what belongs to strategies again, as when another one is shown. */
  showStrategies(): void {
    this.#setThresholds(this.#colours);
    if (this.#paused) return;
    this.#mark();
    this.#drawIndicators();
  }

  /** Moves to the newest end. */
  showEnd(): void {
    this.#chart.timeScale().scrollToPosition(RIGHT_OFFSET, false); // new ticks would stop an animation
  }

  /** Pauses or resumes the chart. Returns whether it is paused. */
  pause(): boolean {
    this.#paused = !this.#paused;
    if (!this.#paused) {
      this.#model.chart.take();
      this.#setAll();
      this.#mark();
      this.#setLatest();
    }
    return this.#paused;
  }

  /** Applies the theme's colours, and the thresholds. */
  recolour(): void {
    const now = colours();
    this.#colours = now;
    this.#chart.applyOptions(chartColours(now));
    this.#price.applyOptions({ color: now.price });
    this.#indicators.recolour(now.lines);
    this.#sentiment.applyOptions({ color: now.sentiment });
    this.#candles.applyOptions({
      ...{ upColor: now.up, downColor: now.down, wickUpColor: now.up, wickDownColor: now.down },
      borderVisible: false,
    });
    for (const line of [this.#lastOfTicks, this.#lastOfCandles]) line.applyOptions({ color: now.dim });
    this.#setThresholds(now);
    this.#mark();
  }

  get #candleS(): number {
    const { range } = this.#model.chart;
    return this.#model.setup?.ranges.find(({ id }) => id === range)?.seconds ?? 0;
  }

  /** In ms; null if the chart has no tick at this time, or if it arrived when it was made. */
  #marketTimeAt(timeS: number): number | null {
    if (this.#candleS === 0) return this.#points.get(timeS)?.[3] ?? null;
    return this.#marketOfCandles.get(timeS) ?? null;
  }

  get #isAtEnd(): boolean {
    return this.#chart.timeScale().scrollPosition() >= -1;
  }

  #setThresholds({ up, down, dim }: Colours): void {
    for (const line of this.#thresholds) this.#sentiment.removePriceLine(line);
    const neutral = this.#model.newsNeutral;
    const look = { lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: true } as const;
    const line = (price: number, color: string) => this.#sentiment.createPriceLine({ ...look, price, color });
    this.#thresholds = neutral ? [line(neutral.to, up), line(neutral.from, down)] : [];
    const text = neutral ? `sentiment: buy above ${neutral.to}, sell below ${neutral.from}` : 'sentiment';
    this.#caption?.applyOptions({ lines: [{ text, color: dim, fontSize: chartFontSize() }] });
  }

  /** A chart that was panned stays where it is, unless it shows another symbol or range. */
  #setAll(): void {
    const { symbol, range, points, candles } = this.#model.chart;
    const scale = this.#chart.timeScale();
    const name = `${symbol} ${range}`;
    const stays = name === this.#drawn && !this.#isAtEnd ? scale.getVisibleRange() : null;
    this.#drawn = name;
    this.#lastTime = 0;
    this.#points.clear();
    this.#timed.length = 0;
    this.#values = PARTS.map(() => []);
    this.#marketOfCandles.clear();
    for (const candle of candles) this.#marketOfCandles.set(candle[0] / MS_PER_S, candle[6]);
    const bars = candles.map(barOfCandle);
    this.#firstTime = Number(bars[0]?.time ?? 0);
    this.#addPoints(points);
    this.#candles.setData(bars);
    if (candles.length > 0) this.#sentiment.setData(candles.map(sentimentOf));
    this.#drawIndicators();
    const count = Math.max(points.length, bars.length);
    if (stays) scale.setVisibleRange(stays);
    else scale.setVisibleLogicalRange({ from: count - BARS_IN_SIGHT, to: count + RIGHT_OFFSET });
  }

  #addPoints(points: readonly Point[]): void {
    for (const point of points) this.#keep(point);
    for (const [index, series] of this.#lines.entries()) series.setData(this.#values[index]);
  }

  #addPoint(point: Point): void {
    this.#keep(point);
    for (const [index, series] of this.#lines.entries()) {
      const last = this.#values[index].at(-1);
      if (last) series.update(last);
    }
  }

  #keep(point: Point): void {
    const time = this.#timeOf(point);
    if (this.#firstTime === 0) this.#firstTime = time;
    for (const [index, part] of PARTS.entries()) this.#values[index].push(valueAt(time, point[part]));
  }

  get #lines(): readonly Line[] {
    return [this.#price, this.#sentiment];
  }

  #addCandle(candle: Candle): void {
    const bar = barOfCandle(candle);
    this.#marketOfCandles.set(Number(bar.time), candle[6]);
    if (this.#firstTime === 0) this.#firstTime = Number(bar.time);
    this.#candles.update(bar);
    this.#sentiment.update(sentimentOf(candle));
  }

  /** Times increase from tick to tick, even if the machine's clock was set back. */
  #timeOf(point: Point): UTCTimestamp {
    this.#lastTime = Math.max(point[0] / MS_PER_S, this.#lastTime + TIME_STEP_S);
    this.#points.set(this.#lastTime, point);
    this.#timed.push({ at: point[0], time: this.#lastTime as UTCTimestamp });
    return this.#lastTime as UTCTimestamp;
  }

  #drawIndicators(): void {
    this.#indicators.render(this.#colours.lines, (at) => this.#timeAt(at));
  }

  /** Of the last point at this time or before it. */
  #timeAt(at: number): UTCTimestamp | undefined {
    let [from, to] = [0, this.#timed.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#timed[middle].at <= at) from = middle + 1;
      else to = middle;
    }
    return this.#timed[from - 1]?.time;
  }

  #mark(): void {
    const candleS = this.#candleS;
    const trades = this.#model.chart.trades.filter((trade) => this.#model.shows(trade));
    this.#markers =
      this.#firstTime === 0
        ? []
        : markersOf(trades, { from: this.#firstTime, candleS, colours: this.#colours });
    this.#tickMarkers.setMarkers(candleS === 0 ? this.#markers : []);
    this.#candleMarkers.setMarkers(candleS === 0 ? [] : this.#markers);
    this.#describe();
  }

  /** Moves the line of the latest price, which makes the chart draw. */
  #setLatest(): void {
    const price = this.#latest;
    const isOfTicks = this.#candleS === 0;
    this.#lastOfTicks.applyOptions({ price, lineVisible: isOfTicks });
    this.#lastOfCandles.applyOptions({ price, lineVisible: !isOfTicks });
  }

  /** The label of the latest price, wherever the chart was panned to. */
  #latestPrice(handler: PriceChartHandler): LatestPrice {
    return new LatestPrice({
      price: () => this.#latest,
      series: () => (this.#candleS === 0 ? this.#price : this.#candles),
      colours: () => ({ text: this.#colours.panel, back: this.#colours.text }),
      onDraw: () => {
        handler.onDraw();
        this.#describe();
      },
    });
  }

  /** The price that the head and the table have. */
  get #latest(): number {
    return this.#model.symbol(this.#model.chart.symbol)?.price ?? 0;
  }

  /** The chart in words. */
  #describe(): void {
    const { symbol } = this.#model.chart;
    const visible = this.#chart.timeScale().getVisibleRange();
    const inSight = visible
      ? this.#markers.filter(({ time }) => time >= visible.from && time <= visible.to).length
      : 0;
    const price = priceText(this.#latest);
    const text = `Price of ${symbol}: ${price}, ${inSight} trades in sight`;
    if (this.#element.getAttribute('aria-label') !== text) this.#element.setAttribute('aria-label', text);
  }

  #hovered({ time, point }: MouseEventParams<Time>): Hovered | undefined {
    if (typeof time !== 'number' || !point) return undefined;
    const { candles, trades } = this.#model.chart;
    const candleS = this.#candleS;
    const isHere = ({ time: at }: { readonly time: Time }) => at === time;
    // A trade is drawn at the first tick after it.
    const before = this.#price.dataByIndex(
      (this.#chart.timeScale().coordinateToLogical(point.x) ?? 0) - 1,
      -1,
    );
    const since = before ? Number(before.time) : time;
    return {
      point: this.#points.get(time),
      candle: candles.find((candle) => isHere(barOfCandle(candle))),
      trades: trades.filter((trade) => {
        const bar = barOf(trade.at, candleS);
        return this.#model.shows(trade) && (candleS === 0 ? bar > since && bar <= time : bar === time);
      }),
    };
  }
}
