// The four processes: their state, since when one is dead, and for a while that one was restarted.

import type { ProcessLine, ReaderLine } from '../messages.ts';
import { byId, make, setData, setText } from './dom.ts';
import { age, count, megabytes, NOTHING, share } from './format.ts';
import type { Model } from './model.ts';

/** How long the death of a process that was restarted is shown. */
const DEATH_SHOWN_MS = 15_000;

const TITLES = {
  gateway: 'Gateway',
  orderbook: 'OrderBook',
  strategy: 'Strategy',
  'order-manager': 'OrderManager',
};
const WORK = { gateway: 'ticks/s', orderbook: 'ticks/s', strategy: 'ticks/s', 'order-manager': 'orders/s' };
const STATES = {
  running: '● running',
  stuck: '◆ stuck',
  dead: '✖ dead',
  ended: '■ ended',
  'not started': '○ not started',
};

interface Card {
  readonly element: HTMLElement;
  readonly state: HTMLElement;
  readonly death: HTMLElement;
  readonly facts: Readonly<Record<'restarts' | 'heartbeat' | 'cpu' | 'memory' | 'rate', HTMLElement>>;
}

export class ProcessStrip {
  readonly #model: Model;
  readonly #cards = new Map<string, Card>();

  constructor(model: Model) {
    this.#model = model;
  }

  render(now: number): void {
    for (const line of this.#model.processes)
      this.#show(line, this.#cards.get(line.name) ?? this.#add(line), now);
    setText(byId('readers'), readersText(this.#model.readers));
  }

  #show(line: ProcessLine, card: Card, now: number): void {
    const { name, state, pid, restarts, silentS, diedAt, cpu, memory, rate } = line;
    const since = diedAt === null ? Number.POSITIVE_INFINITY : this.#model.serverTime(now) - diedAt;
    const isUp = state === 'running' || state === 'stuck';
    const showsDeath = state === 'dead' || since < DEATH_SHOWN_MS;
    setData(card.element, 'state', state);
    setData(card.element, 'died', String(showsDeath));
    setText(card.state, STATES[state]);
    card.state.title = pid === 0 ? '' : `process ${pid}`;
    setText(card.death, showsDeath ? `died ${age(since)} ago${isUp ? ', restarted' : ''}` : '');
    setText(card.facts.restarts, count(restarts));
    setText(card.facts.heartbeat, pid === 0 ? NOTHING : `${age(silentS * 1_000)}`);
    setText(card.facts.cpu, share(cpu));
    setText(card.facts.memory, megabytes(memory));
    setText(card.facts.rate, isUp ? count(rate) : NOTHING);
    setData(card.facts.heartbeat, 'tone', isUp && silentS > 1.5 ? 'warn' : '');
    setData(card.facts.restarts, 'tone', restarts > 0 ? 'warn' : '');
    card.element.setAttribute('aria-label', `${TITLES[name]}: ${state}`);
  }

  #add({ name }: ProcessLine): Card {
    const element = make('article', 'process');
    element.dataset.process = name;
    const head = make('header');
    const state = make('span', 'state');
    const death = make('span', 'death');
    head.append(make('h3', '', TITLES[name]), state, death);
    const list = make('dl');
    const fact = (term: string, about: string) => {
      const value = make('dd');
      const title = make('dt', '', term);
      title.title = about;
      const pair = make('div');
      pair.append(title, value);
      list.append(pair);
      return value;
    };
    const facts = {
      rate: fact(WORK[name], 'Work per second'),
      cpu: fact('CPU', 'Share of one core over the last second'),
      memory: fact('Memory', 'Resident memory, including the shared memory it has touched'),
      heartbeat: fact('Heartbeat', 'Time since its last heartbeat'),
      restarts: fact('Restarts', 'How often it was restarted'),
    };
    element.append(head, list);
    byId('processes').append(element);
    const card = { element, state, death, facts };
    this.#cards.set(name, card);
    return card;
  }
}

function readersText(readers: readonly ReaderLine[]): string {
  if (readers.length === 0) return 'Readers of the ring: none';
  const each = readers.map(
    ({ name, lag, lapped }) => `${name} ${count(lag)} behind${lapped > 0 ? `, ${count(lapped)} lost` : ''}`,
  );
  return `Readers of the ring, in ticks: ${each.join(' · ')}`;
}
