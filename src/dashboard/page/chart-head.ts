// The lines above the chart: price, signal, position and indicators of the chosen symbol, and what is under the
// pointer.

import type { Point } from '../messages.ts';
import { byId, make, setData, setText, setTone } from './dom.ts';
import { marketTime, NOTHING, percent, price, signedMoney, signedShares, timeOfDay } from './format.ts';
import { IndicatorLegend } from './indicator-legend.ts';
import type { Model } from './model.ts';
import type { Hovered } from './price-chart.ts';
import { signalsText, sumOfSignals } from './signal-text.ts';
import { tradesText } from './trade-markers.ts';

export class ChartHead {
  readonly #model: Model;
  readonly #onRange: (range: string) => void;
  readonly #indicators: IndicatorLegend;
  #hovered: Hovered | undefined;

  constructor(model: Model, onRange: (range: string) => void) {
    this.#model = model;
    this.#onRange = onRange;
    this.#indicators = new IndicatorLegend(model);
  }

  /** @param wanted the symbol that was chosen; '' for the first */
  render(wanted: string): void {
    const { chart } = this.#model;
    const name = wanted === '' ? chart.symbol : wanted;
    const line = this.#model.symbol(name);
    const held = line && this.#model.holding(line);
    setText(byId('chart-symbol'), name || NOTHING);
    setText(byId('chart-price'), price(line?.price ?? 0));
    setText(byId('chart-change'), line ? percent(line.change) : '');
    setTone(byId('chart-change'), line?.change ?? null);
    const signals = line ? this.#model.signalsOf(line) : [];
    setText(byId('chart-signal'), signalsText(signals));
    setTone(byId('chart-signal'), sumOfSignals(signals));
    setText(byId('chart-position'), held ? signedShares(held.quantity) : NOTHING);
    setTone(byId('chart-position'), held?.quantity ?? null);
    setText(byId('chart-pnl'), held ? signedMoney(held.pnl) : NOTHING);
    setTone(byId('chart-pnl'), held?.pnl ?? null);
    this.#renderLegend();
    this.#renderEmpty(name, line !== undefined);
  }

  /** Shows the values under the pointer, or the latest ones if undefined. */
  hover(hovered: Hovered | undefined): void {
    this.#hovered = hovered;
    this.#renderLegend();
  }

  /** The buttons of the ranges. */
  renderRanges(): void {
    const { setup, chart } = this.#model;
    const list = byId('ranges');
    const ids = setup?.ranges.map(({ id }) => id) ?? [];
    if (list.dataset.ids !== ids.join()) {
      list.dataset.ids = ids.join();
      list.replaceChildren(...(setup?.ranges ?? []).map((range) => this.#rangeButton(range)));
    }
    for (const button of list.querySelectorAll('button'))
      button.setAttribute('aria-pressed', String(button.dataset.range === chart.range));
  }

  #rangeButton({ id, title, seconds }: { id: string; title: string; seconds: number }): HTMLElement {
    const button = make('button', '', title);
    button.type = 'button';
    button.dataset.range = id;
    button.title =
      seconds === 0
        ? 'Every tick, with the indicators of the strategies'
        : `Candles of ${lengthText(seconds)}`;
    button.addEventListener('click', () => this.#onRange(id));
    return button;
  }

  #renderLegend(): void {
    const { chart } = this.#model;
    const hasTicks = chart.range === 'ticks';
    const point: Point | undefined = this.#hovered ? this.#hovered.point : chart.points.at(-1);
    const candle = this.#hovered ? this.#hovered.candle : chart.candles.at(-1);
    byId('legend-ticks').hidden = !hasTicks;
    byId('legend-candle').hidden = hasTicks;
    this.#indicators.render(this.#hovered?.point?.[0]);
    const values = candle?.slice(1, 5).map((value) => price(value ?? 0)) ?? [];
    setText(
      byId('candle-values'),
      ['O', 'H', 'L', 'C'].map((name, i) => `${name} ${values[i] ?? NOTHING}`).join('  '),
    );
    const at = this.#hovered && (hasTicks ? point?.[0] : candle?.[0]);
    const market = hasTicks ? point?.[3] : candle?.[6];
    const trades = this.#hovered ? tradesText(this.#hovered.trades) : '';
    const tick = this.#hovered && hasTicks && point ? price(point[1]) : '';
    const sentiment = this.#hovered && (hasTicks ? point?.[2] : candle?.[5]);
    const news = typeof sentiment === 'number' ? `sentiment ${sentiment}` : '';
    setText(
      byId('hovered'),
      [at === undefined ? '' : whenText(at, market ?? null, hasTicks), tick, news, trades]
        .filter(Boolean)
        .join(' · '),
    );
  }

  #renderEmpty(name: string, isKnown: boolean): void {
    const { chart, symbols } = this.#model;
    const isEmpty = chart.symbol !== name || chart.points.length + chart.candles.length === 0;
    const empty = byId('no-points');
    empty.hidden = !isEmpty;
    setData(empty, 'unknown', String(!isKnown));
    setText(empty, emptyText(name, isKnown, symbols.length));
  }
}

function whenText(at: number, market: number | null, isFine: boolean): string {
  return market === null ? timeOfDay(at, isFine) : marketTime(market);
}

function emptyText(name: string, isKnown: boolean, symbols: number): string {
  if (name === '' || symbols === 0) return 'Waiting for the first price.';
  return isKnown
    ? `Waiting for the next tick of ${name}.`
    : `The price book has no symbol ${name}. Choose another one.`;
}

function lengthText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${seconds / 60} min`;
}
