// Which process trades under the name of a strategy in a cluster: the one that was heard last, until it is silent.

import type { StrategyCall } from '../protocol/manager-calls.ts';
import { NAME_IN_USE } from '../protocol/order-messages.ts';

/** A process that was not heard for this long has given up its name. */
const SILENT_MS = 4_000;

interface Heard {
  readonly instance: string;
  readonly clock: number;
  readonly atMs: number;
}

export class StrategyNames {
  readonly #heard = new Map<string, Heard>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** How many strategies are there. */
  get count(): number {
    const now = this.#nowMs();
    return this.#heard.values().reduce((count, { atMs }) => count + (now - atMs < SILENT_MS ? 1 : 0), 0);
  }

  /** Returns why the call is refused, if another process has the name. */
  refusal({ strategy, instance, clock }: StrategyCall): string | undefined {
    const now = this.#nowMs();
    const holder = this.#heard.get(strategy);
    if (holder !== undefined && holder.instance !== instance && now - holder.atMs < SILENT_MS)
      return `${NAME_IN_USE} strategy=${strategy} instance=${holder.instance}`;
    this.#heard.set(strategy, { instance, clock, atMs: now });
    return undefined;
  }

  /** All that were ever heard. */
  get all(): readonly string[] {
    return [...this.#heard.keys()];
  }

  /** The clock of a strategy's times; undefined if it was not heard. */
  clockOf(strategy: string): number | undefined {
    return this.#heard.get(strategy)?.clock;
  }
}
