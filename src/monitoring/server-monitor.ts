// Logs and counts what a server reports about its connections.

import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { ServerObserver } from '../transport/server-observer.ts';
import type { CounterName } from './counter-table.ts';
import type { ProcessCounters } from './stack-book.ts';

/** The counters of one server. Those left out are not counted. */
export interface ServerCounters {
  readonly clients: CounterName;
  readonly badFrames: CounterName;
  readonly refused: CounterName;
  readonly cutOff?: CounterName;
  readonly paused?: CounterName;
}

export class ServerMonitor implements ServerObserver {
  readonly #log: Log;
  readonly #counters: ProcessCounters;
  readonly #names: ServerCounters;
  readonly #badFrames = new LogThrottle(LOGGED_PER_SECOND);
  readonly #cutOffs = new LogThrottle(LOGGED_PER_SECOND);
  readonly #refusals = new LogThrottle();

  constructor(log: Log, counters: ProcessCounters, names: ServerCounters) {
    this.#log = log;
    this.#counters = counters;
    this.#names = names;
  }

  onClients(count: number): void {
    this.#counters.set(this.#names.clients, count);
  }

  onBadFrame(client: string, reason: string): void {
    this.#counters.add(this.#names.badFrames);
    if (!this.#badFrames.shouldLog()) return;
    this.#log.warn(
      { event: 'bad-frame', count: this.#badFrames.count, client, reason },
      this.#badFrames.withCount(`bad frame from ${client}: ${reason}`),
    );
  }

  onCutOff(client: string, reason: string): void {
    if (this.#names.cutOff) this.#counters.add(this.#names.cutOff);
    if (!this.#cutOffs.shouldLog()) return;
    this.#log.warn(
      { event: 'client-cut-off', count: this.#cutOffs.count, client, reason },
      this.#cutOffs.withCount(`disconnected ${client}: ${reason}`),
    );
  }

  onRefused(reason: string): void {
    this.#counters.add(this.#names.refused);
    if (!this.#refusals.shouldLog()) return;
    const { count } = this.#refusals;
    this.#log.warn(
      { event: 'turned-away', count, reason },
      this.#refusals.withCount(`refused a connection: ${reason}`),
    );
  }

  onPaused(): void {
    if (this.#names.paused) this.#counters.add(this.#names.paused);
  }
}
