// The list from which one strategy is chosen. It is there as soon as there is a strategy.

import { make, selectById } from './dom.ts';
import type { Model } from './model.ts';

export class StrategySelect {
  readonly #model: Model;
  readonly #select = selectById('strategy-filter');

  constructor(model: Model, onChoose: (strategy: string) => void) {
    this.#model = model;
    this.#select.addEventListener('change', () => onChoose(this.#select.value));
  }

  render(): void {
    const { strategies, strategy } = this.#model;
    const names = strategies.map(({ name }) => name);
    if (strategy !== '' && !names.includes(strategy)) names.push(strategy);
    const shown = ['', ...names];
    if (shown.join(' ') !== [...this.#select.options].map(({ value }) => value).join(' '))
      this.#select.replaceChildren(...shown.map(optionOf));
    if (this.#select.value !== strategy) this.#select.value = strategy;
  }
}

function optionOf(name: string): HTMLOptionElement {
  const option = make('option', '', name === '' ? 'all strategies' : name);
  option.value = name;
  return option;
}
