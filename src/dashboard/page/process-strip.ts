// The processes, with each strategy that trades on the book: their state, since when one is dead, and for a while that one was restarted.

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
  'not seen': '○ not seen',
};

interface Card {
  readonly element: HTMLElement;
  readonly state: HTMLElement;
  readonly death: HTMLElement;
  readonly facts: Readonly<Record<'restarts' | 'heartbeat' | 'cpu' | 'memory' | 'rate', HTMLElement>>;
  /** Those of a strategy only. */
  readonly orders: Readonly<Record<'sent' | 'filled' | 'rejected', HTMLElement>> | undefined;
  /** What there is to know of a process of a cluster. */
  readonly cluster: HTMLElement;
}

export class ProcessStrip {
  readonly #model: Model;
  readonly #cards = new Map<string, Card>();

  constructor(model: Model) {
    this.#model = model;
  }

  render(now: number): void {
    const lines = this.#model.processes;
    for (const line of lines) this.#show(line, this.#cards.get(line.id) ?? this.#add(line), now);
    this.#arrange(lines.map(({ id }) => id));
    setData(byId('processes'), 'several', String(lines.filter(({ strategy }) => strategy).length > 1));
    setText(byId('readers'), readersText(this.#model.readers));
  }

  /** Puts the cards in the order of the lines, and removes those without a line. */
  #arrange(ids: readonly string[]): void {
    const known = [...this.#cards.keys()];
    if (ids.length === known.length && ids.every((id, i) => id === known[i])) return;
    const cards = ids.flatMap((id) => this.#cards.get(id) ?? []);
    this.#cards.clear();
    for (const [i, card] of cards.entries()) this.#cards.set(ids[i], card);
    byId('processes').replaceChildren(...cards.map(({ element }) => element));
  }

  #show(line: ProcessLine, card: Card, now: number): void {
    const { state, pid, restarts, silentS, diedAt, cpu, memory, rate, strategy } = line;
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
    if (card.orders && strategy) {
      setText(card.orders.sent, count(strategy.sent));
      setText(card.orders.filled, count(strategy.filled));
      setText(card.orders.rejected, count(strategy.rejected));
      setData(card.orders.rejected, 'tone', strategy.rejected > 0 ? 'warn' : '');
    }
    setText(card.cluster, line.cluster.map(({ text }) => text.replaceAll(' ', '\u00a0')).join(' · '));
    setData(card.cluster, 'tone', line.cluster.some(({ isBad }) => isBad) ? 'warn' : '');
    card.element.setAttribute('aria-label', `${titleOf(line)}: ${state}`);
  }

  #add(line: ProcessLine): Card {
    const { id, name, strategy } = line;
    const element = make('article', 'process');
    element.dataset.process = name;
    const head = make('header');
    const title = make('h3', '', TITLES[name]);
    if (strategy) {
      element.dataset.strategy = strategy.name;
      title.append(' ', make('span', 'name', strategy.name));
      title.title = titleOf(line);
    }
    const state = make('span', 'state');
    const death = make('span', 'death');
    head.append(title, state, death);
    const list = make('dl');
    const fact = (term: string, about: string, kind = '') => addFact(list, term, about, kind);
    const facts = {
      rate: fact(WORK[name], 'Work per second'),
      cpu: fact('CPU', 'Share of one core over the last second'),
      memory: fact('Memory', 'Resident memory, including the shared memory it has touched'),
      heartbeat: fact('Heartbeat', 'Time since its last heartbeat'),
      restarts: fact('Restarts', 'How often it was restarted'),
    };
    const orders = strategy && {
      sent: fact('Orders', 'Orders sent', 'orders'),
      filled: fact('Filled', 'Reports of filled orders', 'orders'),
      rejected: fact('Rejected', 'Reports of rejected orders', 'orders'),
    };
    const cluster = make('p', 'cluster');
    element.append(head, list, cluster);
    const card = { element, state, death, facts, orders: orders ?? undefined, cluster };
    this.#cards.set(id, card);
    byId('processes').append(element);
    return card;
  }
}

function titleOf({ name, strategy }: ProcessLine): string {
  return strategy ? `${TITLES[name]} ${strategy.name}` : TITLES[name];
}

function addFact(list: HTMLElement, term: string, about: string, kind: string): HTMLElement {
  const value = make('dd');
  const title = make('dt', '', term);
  title.title = about;
  const pair = make('div', kind);
  pair.append(title, value);
  list.append(pair);
  return value;
}

function readersText(readers: readonly ReaderLine[]): string {
  if (readers.length === 0) return 'Readers of the ring: none';
  const each = readers.map(
    ({ name, lag, lapped }) => `${name} ${count(lag)} behind${lapped > 0 ? `, ${count(lapped)} lost` : ''}`,
  );
  return `Readers of the ring, in ticks: ${each.join(' · ')}`;
}
