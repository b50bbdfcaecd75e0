// The indicators that strategies publish, as lines of the price chart: over the price, or in a pane below it.

import {
  type IChartApi,
  type ISeriesApi,
  type LineData,
  LineSeries,
  LineStyle,
  type SeriesPartialOptionsMap,
  type UTCTimestamp,
} from 'lightweight-charts';
import { figure, price } from './format.ts';
import { type ShownIndicator, shownIndicators } from './indicators-shown.ts';
import type { Model } from './model.ts';

/** Below the pane of the sentiment. */
const OWN_PANE = 2;

export class IndicatorLines {
  readonly #model: Model;
  readonly #chart: IChartApi;
  #lines: { readonly indicator: ShownIndicator; readonly series: ISeriesApi<'Line'> }[] = [];
  #drawn = '';

  constructor(model: Model, chart: IChartApi) {
    this.#model = model;
    this.#chart = chart;
  }

  /**
   * Draws all samples.
   * @param timeAt the time on the chart of a time in Unix ms; undefined before the first tick
   */
  render(colours: readonly string[], timeAt: (at: number) => UTCTimestamp | undefined): void {
    this.#make(colours);
    for (const { indicator, series } of this.#lines) series.setData(this.#dataOf(indicator, timeAt));
  }

  recolour(colours: readonly string[]): void {
    for (const [index, { series }] of this.#lines.entries())
      series.applyOptions({ color: colours[index % colours.length] });
  }

  /** Makes the lines again if others are to be shown. */
  #make(colours: readonly string[]): void {
    const shown = this.#model.chart.range === 'ticks' ? shownIndicators(this.#model) : [];
    const key = JSON.stringify(shown.map(({ strategy, name, scale }) => [strategy, name, scale]));
    if (key === this.#drawn) return;
    this.#drawn = key;
    for (const { series } of this.#lines.reverse()) this.#chart.removeSeries(series);
    let own = 0;
    this.#lines = shown.map((indicator, index) => {
      const isOwn = indicator.scale === 'own';
      const options = optionsOf(indicator, index, own);
      if (isOwn) own++;
      return { indicator, series: this.#chart.addSeries(LineSeries, options, isOwn ? OWN_PANE : 0) };
    });
    this.#chart.panes()[OWN_PANE]?.setStretchFactor(1);
    this.recolour(colours);
  }

  /** One value per time of the chart: the last one. */
  #dataOf(
    { publisher, column }: ShownIndicator,
    timeAt: (at: number) => UTCTimestamp | undefined,
  ): LineData[] {
    const data: LineData[] = [];
    for (const sample of this.#model.chart.indicators[publisher] ?? []) {
      const time = timeAt(sample[0]);
      const value = sample[column] ?? null;
      if (time === undefined || value === null) continue;
      const last = data.at(-1);
      if (last?.time === time) data.pop();
      data.push({ time, value });
    }
    return data;
  }
}

/** Indicators below the price have a scale each, and the first of them has the axis. */
function optionsOf(
  { scale, name }: ShownIndicator,
  index: number,
  own: number,
): SeriesPartialOptionsMap['Line'] {
  const isPrice = scale === 'price';
  return {
    lastValueVisible: false,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
    lineWidth: 1,
    lineStyle: index % 2 === 0 ? LineStyle.Solid : LineStyle.Dashed,
    priceScaleId: isPrice || own === 0 ? 'right' : `own-${index}-${name}`,
    priceFormat: { type: 'custom', minMove: 1e-8, formatter: isPrice ? price : figure },
  };
}
