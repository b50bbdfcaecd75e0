// Positions as they were at one moment, read page by page while orders change them. What a page has not reached yet is
// remembered before it changes, so a snapshot costs nothing while nothing is traded.

import type { StrategyPosition } from '../domain/positions.ts';
import { isIn, type OrderStore } from '../order-store/order-store.ts';
import { StrategyMap } from '../order-store/strategy-map.ts';

/** So many are read from SQLite in some 0.5 ms. */
const PAGE_SIZE = 250;

export class PositionSnapshots {
  readonly #store: OrderStore;
  readonly #open = new Set<PositionSnapshot>();

  constructor(store: OrderStore) {
    this.#store = store;
  }

  /**
   * The pages of the positions as they are now, flat ones too, sorted by strategy and symbol. The caller has to iterate to
   * the end, or to return().
   * @param only the positions of one strategy; undefined: of all
   */
  take(only?: string): Generator<readonly StrategyPosition[], void> {
    const snapshot = new PositionSnapshot(this.#store, only);
    this.#open.add(snapshot);
    return this.#pagesOf(snapshot);
  }

  /** These positions are about to be recorded. */
  beforeRecord(changed: readonly StrategyPosition[]): void {
    for (const snapshot of this.#open) for (const one of changed) snapshot.remember(one);
  }

  *#pagesOf(snapshot: PositionSnapshot): Generator<readonly StrategyPosition[], void> {
    try {
      while (!snapshot.isRead) yield snapshot.nextPage();
    } finally {
      this.#open.delete(snapshot);
    }
  }
}

class PositionSnapshot {
  readonly #store: OrderStore;
  readonly #only: string | undefined;
  #after: StrategyPosition | undefined;
  /** What has changed since, as it was; undefined: it was not there. */
  readonly #before = new StrategyMap<StrategyPosition | undefined>();
  isRead = false;

  constructor(store: OrderStore, only: string | undefined) {
    this.#store = store;
    this.#only = only;
  }

  remember(changed: StrategyPosition): void {
    const { strategy, symbol } = changed;
    if (this.#before.has(strategy, symbol) || !isIn({ only: this.#only, after: this.#after }, changed))
      return;
    const isKnown = this.#store.hasTraded(strategy, symbol);
    this.#before.set(strategy, symbol, isKnown ? this.#store.position(strategy, symbol) : undefined);
  }

  nextPage(): StrategyPosition[] {
    const page = this.#store.positionsAfter({ only: this.#only, after: this.#after }, PAGE_SIZE);
    this.isRead = page.length < PAGE_SIZE;
    this.#after = page.at(-1) ?? this.#after;
    return page.flatMap((one) => this.#asItWas(one));
  }

  #asItWas(position: StrategyPosition): StrategyPosition | [] {
    const { strategy, symbol } = position;
    if (!this.#before.has(strategy, symbol)) return position;
    const before = this.#before.get(strategy, symbol);
    this.#before.delete(strategy, symbol);
    return before ?? [];
  }
}
