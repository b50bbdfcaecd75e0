// The line above the chart: price, signal, position and averages of the chosen symbol.

import { byId, setText, setTone } from './dom.ts';
import { averagePrice, NOTHING, percent, price, signedCount, signedMoney } from './format.ts';
import type { Model } from './model.ts';
import { signalText } from './signal-text.ts';

export class ChartHead {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  render(): void {
    const { charted, setup, points } = this.#model;
    const line = this.#model.symbol(charted);
    const [, last, short, long] = points.at(-1) ?? [0, line?.price ?? 0, null, null];
    setText(byId('chart-symbol'), charted || NOTHING);
    setText(byId('chart-price'), price(last));
    setText(byId('chart-change'), line ? percent(line.change) : '');
    setTone(byId('chart-change'), line?.change ?? null);
    setText(byId('chart-signal'), signalText(line?.signal ?? null));
    setTone(byId('chart-signal'), line?.signal ?? null);
    setText(byId('chart-position'), line ? signedCount(line.position) : NOTHING);
    setTone(byId('chart-position'), line?.position ?? null);
    setText(byId('chart-pnl'), line ? signedMoney(line.pnl) : NOTHING);
    setTone(byId('chart-pnl'), line?.pnl ?? null);
    setText(byId('short-name'), `average of ${setup?.short ?? NOTHING}`);
    setText(byId('short-value'), short === null ? NOTHING : averagePrice(short));
    setText(byId('long-name'), `average of ${setup?.long ?? NOTHING}`);
    setText(byId('long-value'), long === null ? NOTHING : averagePrice(long));
    byId('no-points').hidden = points.length > 0;
    setText(
      byId('no-points'),
      charted === '' ? 'Waiting for the first price.' : `Waiting for the next tick of ${charted}.`,
    );
  }
}
