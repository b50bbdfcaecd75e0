// P&L over time: the total, above or below zero, and the realised part.

import {
  BaselineSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { Second } from '../messages.ts';
import { byId } from './dom.ts';
import { signedMoney, timeOfDay } from './format.ts';
import type { Model } from './model.ts';
import { chartFontSize, colours } from './theme.ts';

const MS_PER_S = 1_000;

export class PnlChart {
  readonly #model: Model;
  readonly #chart: IChartApi;
  readonly #total: ISeriesApi<'Baseline'>;
  readonly #realised: ISeriesApi<'Line'>;
  #last: Second | undefined;
  #lastTime = 0;

  constructor(model: Model) {
    this.#model = model;
    this.#chart = createChart(byId('pnl-chart'), {
      autoSize: true,
      layout: { attributionLogo: false },
      localization: { timeFormatter: (time: Time) => timeOfDay(Number(time) * MS_PER_S) },
      timeScale: {
        timeVisible: true,
        secondsVisible: true,
        allowBoldLabels: false,
        tickMarkFormatter: (time: Time) => timeOfDay(Number(time) * MS_PER_S),
      },
      rightPriceScale: { minimumWidth: 64 },
      handleScroll: false,
      handleScale: false,
    });
    const format = { type: 'custom', minMove: 0.01, formatter: signedMoney } as const;
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
    this.recolour();
  }

  render(): void {
    const { seconds } = this.#model;
    const from = this.#last ? seconds.lastIndexOf(this.#last) : -1;
    this.#last = seconds.at(-1);
    if (from < 0) this.#setAll();
    else for (const second of seconds.slice(from + 1)) this.#add(second);
  }

  recolour(): void {
    const now = colours();
    this.#chart.applyOptions({
      layout: { background: { color: now.panel }, textColor: now.dim, fontSize: chartFontSize() },
      grid: { vertLines: { color: now.grid }, horzLines: { color: now.grid } },
      timeScale: { borderColor: now.grid },
      rightPriceScale: { borderColor: now.grid },
    });
    this.#total.applyOptions({
      topLineColor: now.up,
      bottomLineColor: now.down,
      topFillColor1: `${now.up}40`,
      topFillColor2: `${now.up}08`,
      bottomFillColor1: `${now.down}08`,
      bottomFillColor2: `${now.down}40`,
    });
    this.#realised.applyOptions({ color: now.price });
  }

  #setAll(): void {
    this.#lastTime = 0;
    const timed = this.#model.seconds.map((second) => ({ time: this.#timeOf(second), second }));
    this.#total.setData(
      timed.map(({ time, second }) => ({ time, value: second.realised + second.unrealised })),
    );
    this.#realised.setData(timed.map(({ time, second }) => ({ time, value: second.realised })));
    this.#chart.timeScale().fitContent();
  }

  #add(second: Second): void {
    const time = this.#timeOf(second);
    this.#total.update({ time, value: second.realised + second.unrealised });
    this.#realised.update({ time, value: second.realised });
    this.#chart.timeScale().fitContent();
  }

  #timeOf({ at }: Second): UTCTimestamp {
    this.#lastTime = Math.max(at / MS_PER_S, this.#lastTime + 0.001);
    return this.#lastTime as UTCTimestamp;
  }
}
