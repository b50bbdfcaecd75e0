// The legend of the indicators: name and value of each one that the chart draws.

import { byId, make, setData, setText } from './dom.ts';
import { averagePrice, figure, NOTHING } from './format.ts';
import { indicatorValue, type ShownIndicator, shownIndicators } from './indicators-shown.ts';
import type { Model } from './model.ts';
import { LINE_COLOURS } from './theme.ts';

export class IndicatorLegend {
  readonly #model: Model;
  readonly #list = byId('legend-indicators');
  #values: HTMLElement[] = [];
  #names = '';

  constructor(model: Model) {
    this.#model = model;
  }

  /** @param at time in Unix ms of the values; undefined: the latest ones */
  render(at: number | undefined): void {
    const shown = shownIndicators(this.#model);
    this.#make(shown);
    for (const [index, indicator] of shown.entries()) {
      const value = indicatorValue(this.#model, indicator, at);
      const element = this.#values[index];
      setText(element, value === null ? NOTHING : textOf(indicator, value));
      const item = element.parentElement;
      if (item === null) continue;
      setData(item, 'live', String(indicator.isLive));
      item.title = indicator.isLive ? '' : `${indicator.strategy} publishes nothing at present`;
    }
  }

  /** Names have their strategy if there are several. */
  #make(shown: readonly ShownIndicator[]): void {
    const isOfOne = new Set(shown.map(({ strategy }) => strategy)).size <= 1;
    const names = shown.map(({ strategy, name }) => (isOfOne ? name : `${strategy}: ${name}`));
    const all = JSON.stringify(names);
    if (all === this.#names) return;
    this.#names = all;
    const items = names.map((name, index) => {
      const item = make('li');
      item.dataset.line = `line-${(index % LINE_COLOURS) + 1}`;
      item.dataset.dashed = String(index % 2 === 1);
      item.append(`${name} `, make('b', '', NOTHING));
      return item;
    });
    this.#values = items.flatMap((item) => [...item.querySelectorAll('b')]);
    this.#list.replaceChildren(...items);
  }
}

function textOf({ scale }: ShownIndicator, value: number): string {
  return scale === 'price' ? averagePrice(value) : figure(value);
}
