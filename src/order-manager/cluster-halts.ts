// What is halted in a cluster, kept beside the record of each manager, so that a restart knows it before its first order. The
// kill switch of the machine itself halts this manager too.

import { type Halts, haltTexts, NO_HALTS } from '../domain/risk/halts.ts';
import { clusterMark } from '../order-store/cluster-mark.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import type { HaltEntry } from '../protocol/report-log.ts';

export class ClusterHalts {
  readonly #kept: KillSwitch;
  #cluster: Halts = NO_HALTS;
  #local: Halts = NO_HALTS;

  /** @param record the file of the order record */
  constructor(record: string) {
    this.#kept = new KillSwitch(clusterMark(record));
  }

  /** Reads what was kept. Without this call there is no cluster, and only the kill switch of this machine counts. */
  join(): void {
    this.#cluster = this.#kept.read() ?? NO_HALTS;
  }

  /** Whether the kill switch of this machine halts something. */
  get isHaltedHere(): boolean {
    return haltTexts(this.#local).length > 0;
  }

  /** Of the cluster. */
  get cluster(): Halts {
    return this.#cluster;
  }

  /** All that this manager obeys. */
  get all(): Halts {
    return {
      all: this.#cluster.all || this.#local.all,
      strategies: this.#cluster.strategies.union(this.#local.strategies),
    };
  }

  /** Those of the kill switch of this machine. */
  set local(halts: Halts) {
    this.#local = halts;
  }

  /** Keeps a halt, or the end of one, on the disk. @throws KillSwitchError */
  apply({ strategy, halted }: HaltEntry): void {
    if (halted) {
      this.#kept.prepare();
      this.#kept.halt(strategy);
    } else this.#kept.resume(strategy);
    this.#cluster = this.#kept.read() ?? NO_HALTS;
  }
}
