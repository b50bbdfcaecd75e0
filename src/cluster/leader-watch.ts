// Notices when a stream gets another leader.

import type { Cluster } from './connection.ts';

const INTERVAL_MS = 5_000;

export class LeaderWatch {
  readonly #cluster: Cluster;
  readonly #streams: readonly string[];
  readonly #onChange: (stream: string, leader: string) => void;
  readonly #leaders = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    cluster: Cluster,
    streams: readonly string[],
    onChange: (stream: string, leader: string) => void,
  ) {
    this.#cluster = cluster;
    this.#streams = streams;
    this.#onChange = onChange;
    this.#timer = setInterval(() => this.#run(), INTERVAL_MS);
    this.#run();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A server that stands alone leads everything. */
  #run(): void {
    if (this.#cluster.isClustered) for (const stream of this.#streams) this.#ask(stream).catch(() => {}); // none leads it now
  }

  async #ask(stream: string): Promise<void> {
    const { cluster } = await this.#cluster.streams.streams.info(stream);
    const leader = cluster?.leader;
    if (leader === undefined || leader === '') return;
    const before = this.#leaders.get(stream);
    this.#leaders.set(stream, leader);
    if (before !== undefined && before !== leader) this.#onChange(stream, leader);
  }
}
