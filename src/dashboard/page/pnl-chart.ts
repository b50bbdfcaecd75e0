// P&L over time: the total, above or below zero, and the realised part. Below, the drawdown from the highest
// total so far.

import {
  BaselineSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type UTCTimestamp,
} from 'lightweight-charts';
import { chartColours, chartOptions } from './chart-options.ts';
import { byId, setText, setTone } from './dom.ts';
import { NOTHING, signedMoney } from './format.ts';
import type { Pnl } from './holdings.ts';
import type { Model } from './model.ts';
import { colours } from './theme.ts';

const MS_PER_S = 1_000;
const RANGES_MS: Readonly<Record<string, number>> = {
  '5m': 300_000,
  '30m': 1_800_000,
  '24h': 86_400_000,
};
const TOTAL_SHARE = 2.5;

export class PnlChart {
  readonly #model: Model;
  readonly #chart: IChartApi;
  readonly #total: ISeriesApi<'Baseline'>;
  readonly #realised: ISeriesApi<'Line'>;
  readonly #drawdown: ISeriesApi<'Histogram'>;
  #range = '30m';
  #lastTime: UTCTimestamp | undefined;

  constructor(model: Model) {
    this.#model = model;
    this.#chart = createChart(byId('pnl-chart'), {
      ...chartOptions(false),
      handleScroll: false,
      handleScale: false,
    });
    const format = { type: 'custom', minMove: 1e-4, formatter: signedMoney } as const;
    this.#total = this.#chart.addSeries(BaselineSeries, {
      baseValue: { type: 'price', price: 0 },
      priceFormat: format,
      priceLineVisible: false,
      lineWidth: 2,
    });
    this.#realised = this.#chart.addSeries(LineSeries, {
      priceFormat: format,
      priceLineVisible: false,
      lastValueVisible: false,
      lineWidth: 1,
    });
    this.#drawdown = this.#chart.addSeries(
      HistogramSeries,
      { priceFormat: format, priceLineVisible: false, lastValueVisible: false },
      1,
    );
    const [total, drawdown] = this.#chart.panes();
    total?.setStretchFactor(TOTAL_SHARE);
    drawdown?.setStretchFactor(1);
    this.recolour();
  }

  setRange(range: string): void {
    this.#range = range in RANGES_MS ? range : '30m';
    this.render();
  }

  render(): void {
    const { equity, strategyIndex } = this.#model;
    const end = equity.points.at(-1)?.[0] ?? 0;
    const curve = equity.curve(strategyIndex, end - (RANGES_MS[this.#range] ?? 0));
    let last = 0;
    const times = curve.map(({ at }) => {
      last = Math.max(at / MS_PER_S, last + 0.001); // the clock may have been set back
      return last as UTCTimestamp;
    });
    this.#lastTime = times.at(-1);
    this.#total.setData(curve.map(({ total }, index) => ({ time: times[index], value: total })));
    this.#realised.setData(curve.map(({ realised }, index) => ({ time: times[index], value: realised })));
    this.#drawdown.setData(curve.map(({ drawdown }, index) => ({ time: times[index], value: drawdown })));
    this.#chart.timeScale().fitContent();
    this.setLatest(this.#model.pnl());
    const deepest = equity.maxDrawdown(strategyIndex);
    setText(byId('max-drawdown'), equity.points.length === 0 ? NOTHING : signedMoney(deepest));
    setTone(byId('max-drawdown'), deepest);
  }

  /** Moves the end of the curves to the latest P&L, as the top of the page has it. */
  setLatest({ realised, unrealised }: Pnl): void {
    if (this.#lastTime === undefined) return;
    this.#total.update({ time: this.#lastTime, value: realised + unrealised });
    this.#realised.update({ time: this.#lastTime, value: realised });
  }

  recolour(): void {
    const now = colours();
    this.#chart.applyOptions(chartColours(now));
    this.#total.applyOptions({
      topLineColor: now.up,
      bottomLineColor: now.down,
      topFillColor1: `${now.up}40`,
      topFillColor2: `${now.up}08`,
      bottomFillColor1: `${now.down}08`,
      bottomFillColor2: `${now.down}40`,
    });
    this.#realised.applyOptions({ color: now.price });
    this.#drawdown.applyOptions({ color: now.down });
  }
}
