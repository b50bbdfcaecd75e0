// The chosen symbol: its price, both averages and a marker for each trade. Below, on a separate scale, the
// sentiment and its two thresholds.

import {
  createChart,
  createSeriesMarkers,
  createTextWatermark,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type ITextWatermarkPluginApi,
  type LineData,
  LineSeries,
  LineStyle,
  LineType,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
  type WhitespaceData,
} from 'lightweight-charts';
import type { OrderLine, Point } from '../messages.ts';
import { byId } from './dom.ts';
import { price as priceText, timeOfDay, timeOfDayToTenth } from './format.ts';
import type { Model } from './model.ts';
import { type Colours, chartFontSize, colours } from './theme.ts';

type Line = ISeriesApi<'Line'>;
type Value = LineData | WhitespaceData;

const MS_PER_S = 1_000;
/** Ticks of one batch share a time, but the chart needs different times, in seconds. */
const TIME_STEP_S = 2e-6;
const TICKS_IN_SIGHT = 400;
const MARKERS_MAX = 300;
/** Relative size. Arrows have no text, because texts overlap on a busy chart. */
const ARROW_SIZE = 1.5;
const PRICE_SHARE = 2.5;

export class PriceChart {
  readonly #model: Model;
  readonly #chart: IChartApi;
  readonly #price: Line;
  readonly #short: Line;
  readonly #long: Line;
  readonly #sentiment: Line;
  readonly #markers: ISeriesMarkersPluginApi<Time>;
  /** Caption of the sentiment's pane. */
  readonly #caption: ITextWatermarkPluginApi<Time> | undefined;
  #thresholds: IPriceLine[] = [];
  #colours: Colours = colours();
  /** The last time on the chart, in seconds. */
  #lastTime = 0;
  #firstTime = 0;
  #lastOrder: OrderLine | undefined;
  #paused = false;

  constructor(model: Model) {
    this.#model = model;
    this.#chart = createChart(byId('price-chart'), {
      autoSize: true,
      layout: { attributionLogo: false, panes: { enableResize: false } },
      localization: { timeFormatter: (time: Time) => timeOfDay(Number(time) * MS_PER_S, true) },
      timeScale: {
        timeVisible: true,
        secondsVisible: true,
        rightOffset: 4,
        allowBoldLabels: false,
        tickMarkFormatter: (time: Time) => timeOfDayToTenth(Number(time) * MS_PER_S),
      },
      rightPriceScale: { minimumWidth: 64 },
      handleScale: { axisPressedMouseMove: { time: true, price: false } },
    });
    const quiet = {
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
    } as const;
    const format = { type: 'custom', minMove: 1e-8, formatter: priceText } as const;
    this.#price = this.#chart.addSeries(LineSeries, {
      lineWidth: 2,
      priceLineVisible: false,
      priceFormat: format,
    });
    this.#short = this.#chart.addSeries(LineSeries, { ...quiet, lineWidth: 1, priceFormat: format });
    this.#long = this.#chart.addSeries(LineSeries, {
      ...quiet,
      lineWidth: 1,
      priceFormat: format,
      lineStyle: LineStyle.Dashed,
    });
    this.#sentiment = this.#chart.addSeries(
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
    this.#markers = createSeriesMarkers(this.#price, []);
    const [prices, news] = this.#chart.panes();
    this.#caption = news && createTextWatermark(news, { horzAlign: 'left', vertAlign: 'top', lines: [] });
    prices?.setStretchFactor(PRICE_SHARE);
    news?.setStretchFactor(1);
    this.recolour();
  }

  /** Draws what is new, unless the chart is paused. */
  render(): void {
    if (this.#paused) return;
    const { complete, added } = this.#model.takePoints();
    if (complete) this.#setAll();
    else for (const point of added) this.#add(point);
    const lastOrder = this.#model.orders.at(-1);
    if (complete || lastOrder !== this.#lastOrder) this.#mark();
    this.#lastOrder = lastOrder;
  }

  /** Pauses or resumes the chart. Returns whether it is paused. */
  pause(): boolean {
    this.#paused = !this.#paused;
    if (!this.#paused) {
      this.#setAll();
      this.#mark();
    }
    return this.#paused;
  }

  /** Applies the theme's colours, and the thresholds. */
  recolour(): void {
    const now = colours();
    this.#colours = now;
    this.#chart.applyOptions({
      layout: {
        background: { color: now.panel },
        textColor: now.dim,
        fontSize: chartFontSize(),
        panes: { separatorColor: now.grid },
      },
      grid: { vertLines: { color: now.grid }, horzLines: { color: now.grid } },
      timeScale: { borderColor: now.grid },
      rightPriceScale: { borderColor: now.grid },
    });
    this.#price.applyOptions({ color: now.price });
    this.#short.applyOptions({ color: now.short });
    this.#long.applyOptions({ color: now.long });
    this.#sentiment.applyOptions({ color: now.sentiment });
    this.#setThresholds(now);
    this.#mark();
  }

  #setThresholds({ up, down, dim }: Colours): void {
    for (const line of this.#thresholds) this.#sentiment.removePriceLine(line);
    const { setup } = this.#model;
    const line = (price: number, color: string) =>
      this.#sentiment.createPriceLine({
        price,
        color,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: true,
      });
    this.#thresholds = setup ? [line(setup.bullish, up), line(setup.bearish, down)] : [];
    const text = setup ? `sentiment: buy above ${setup.bullish}, sell below ${setup.bearish}` : '';
    this.#caption?.applyOptions({ lines: [{ text, color: dim, fontSize: chartFontSize() }] });
  }

  #setAll(): void {
    this.#model.takePoints();
    this.#lastTime = 0;
    const prices: Value[] = [];
    const shorts: Value[] = [];
    const longs: Value[] = [];
    const sentiments: Value[] = [];
    for (const point of this.#model.points) {
      const time = this.#timeOf(point);
      prices.push({ time, value: point[1] });
      shorts.push(valueAt(time, point[2]));
      longs.push(valueAt(time, point[3]));
      sentiments.push(valueAt(time, point[4]));
    }
    this.#firstTime = Number(prices[0]?.time ?? 0);
    this.#price.setData(prices);
    this.#short.setData(shorts);
    this.#long.setData(longs);
    this.#sentiment.setData(sentiments);
    this.#chart
      .timeScale()
      .setVisibleLogicalRange({ from: prices.length - TICKS_IN_SIGHT, to: prices.length + 4 });
  }

  #add(point: Point): void {
    const time = this.#timeOf(point);
    if (this.#firstTime === 0) this.#firstTime = time;
    this.#price.update({ time, value: point[1] });
    this.#short.update(valueAt(time, point[2]));
    this.#long.update(valueAt(time, point[3]));
    this.#sentiment.update(valueAt(time, point[4]));
  }

  /** Times increase from tick to tick, even if the machine's clock was set back. */
  #timeOf([at]: Point): UTCTimestamp {
    this.#lastTime = Math.max(at / MS_PER_S, this.#lastTime + TIME_STEP_S);
    return this.#lastTime as UTCTimestamp;
  }

  /** Draws an arrow at each trade of the symbol within the chart. */
  #mark(): void {
    const { up, down } = this.#colours;
    const { orders, charted } = this.#model;
    const trades = orders.filter(
      ({ symbol, status, at }) =>
        symbol === charted && status === 'FILLED' && at / MS_PER_S >= this.#firstTime,
    );
    const markers = trades.slice(-MARKERS_MAX).map(({ at, side }): SeriesMarker<Time> => {
      const time = (at / MS_PER_S) as UTCTimestamp;
      return side === 'BUY'
        ? { time, position: 'belowBar', shape: 'arrowUp', color: up, size: ARROW_SIZE }
        : { time, position: 'aboveBar', shape: 'arrowDown', color: down, size: ARROW_SIZE };
    });
    this.#markers.setMarkers(this.#firstTime === 0 ? [] : markers);
  }
}

/** The scale extends a little beyond 0 to 100; those labels stay empty. */
function sentimentText(value: number): string {
  return value < 0 || value > 100 ? '' : String(Math.round(value));
}

function valueAt(time: UTCTimestamp, value: number | null): Value {
  return value === null ? { time } : { time, value };
}
