// The line at the top: figures of the run, and below it what is wrong.

import { byId, setData, setText, setTone } from './dom.ts';
import { count, NOTHING, nanoseconds, share, signedMoney } from './format.ts';
import type { Model } from './model.ts';
import { noticesOf } from './notices.ts';
import { sentimentText } from './signal-text.ts';

export class SummaryBar {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  render(): void {
    const { seconds, sentiment, sources } = this.#model;
    const last = seconds.at(-1);
    const { realised, unrealised } = this.#model.pnl();
    this.#money('pnl-total', realised + unrealised);
    this.#money('pnl-realised', realised);
    this.#money('pnl-unrealised', unrealised);
    setText(byId('tick-rate'), last ? count(last.ticks) : NOTHING);
    setText(byId('order-rate'), last ? count(last.orders) : NOTHING);
    setText(byId('latency-p50'), typeof last?.p50 === 'number' ? nanoseconds(last.p50) : NOTHING);
    setText(byId('latency-p99'), typeof last?.p99 === 'number' ? nanoseconds(last.p99) : NOTHING);
    setText(byId('sentiment'), sentimentText(sentiment));
    setText(byId('own-cpu'), share(sources?.ownCpu ?? null));
    const texts = noticesOf(this.#model);
    const notice = byId('notice');
    notice.hidden = texts.length === 0;
    setText(notice, texts.join('\n'));
  }

  showLive(live: boolean): void {
    setData(document.body, 'live', String(live));
    setText(byId('connection'), live ? '● live' : '✖ disconnected, reconnecting');
  }

  #money(id: string, usd: number): void {
    const element = byId(id);
    setText(element, signedMoney(usd));
    setTone(element, usd);
  }
}
