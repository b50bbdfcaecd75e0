// The line at the top: figures of the run, and below it what is wrong.

import { byId, setData, setText, setTone } from './dom.ts';
import { count, NOTHING, nanoseconds, share, signedMoney } from './format.ts';
import type { Model } from './model.ts';
import { signalText } from './signal-text.ts';

export class SummaryBar {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  render(): void {
    const { seconds, sentiment, newsSignal, sources, setup } = this.#model;
    const last = seconds.at(-1);
    this.#money('pnl-total', last ? last.realised + last.unrealised : undefined);
    this.#money('pnl-realised', last?.realised);
    this.#money('pnl-unrealised', last?.unrealised);
    setText(byId('tick-rate'), last ? count(last.ticks) : NOTHING);
    setText(byId('order-rate'), last ? count(last.orders) : NOTHING);
    setText(byId('latency-p50'), typeof last?.p50 === 'number' ? nanoseconds(last.p50) : NOTHING);
    setText(byId('latency-p99'), typeof last?.p99 === 'number' ? nanoseconds(last.p99) : NOTHING);
    setText(byId('sentiment'), sentiment === null ? NOTHING : String(sentiment));
    setText(byId('sentiment-signal'), newsSignal === null ? 'no news' : signalText(newsSignal));
    setTone(byId('sentiment-signal'), newsSignal);
    setText(byId('own-cpu'), share(sources?.ownCpu ?? null));
    const problems = [
      sources?.book,
      sources?.news,
      sources?.orders,
      sources &&
        sources.halts > 0 &&
        'Trading is halted: the OrderManager rejects orders until ./tickline resume.',
      sources?.sampling && 'Too many ticks to follow: signals and the chart use samples.',
      setup?.strategyFile &&
        `The strategy is ${setup.strategyFile}: it does not trade by the averages shown.`,
    ].filter((text) => typeof text === 'string' && text !== '');
    const notice = byId('notice');
    notice.hidden = problems.length === 0;
    setText(notice, problems.join('\n'));
  }

  showLive(live: boolean): void {
    setData(document.body, 'live', String(live));
    setText(byId('connection'), live ? '● live' : '✖ disconnected, reconnecting');
  }

  #money(id: string, usd: number | undefined): void {
    const element = byId(id);
    setText(element, usd === undefined ? NOTHING : signedMoney(usd));
    setTone(element, usd === undefined || Math.abs(usd) < 0.005 ? null : usd);
  }
}
