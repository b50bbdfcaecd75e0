// Logs and counts what a server reports about its connections.

import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';
import type { PauseReason } from '../transport/server-client.ts';
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

const PAUSES: Readonly<Record<PauseReason, string>> = {
  'others-first': 'others are read first',
  'too-fast': 'it sends more messages per second than --client-rate',
  'unanswered-logon': 'it has not read its positions yet',
  unanswered: 'too many of its orders have no report yet',
  'not-reading': 'it does not read its reports',
  refused: 'its logon was refused',
};

export class ServerMonitor implements ServerObserver {
  readonly #counters: ProcessCounters;
  readonly #names: ServerCounters;
  readonly #badFrames: LogThrottle;
  readonly #cutOffs: LogThrottle;
  readonly #refusals: LogThrottle;
  readonly #pauses: LogThrottle;

  constructor(log: Log, counters: ProcessCounters, names: ServerCounters) {
    this.#counters = counters;
    this.#names = names;
    this.#badFrames = new LogThrottle(log.warn, LOGGED_PER_SECOND);
    this.#cutOffs = new LogThrottle(log.warn, LOGGED_PER_SECOND);
    this.#refusals = new LogThrottle(log.warn);
    this.#pauses = new LogThrottle(log.warn);
  }

  onClients(count: number): void {
    this.#counters.set(this.#names.clients, count);
  }

  onBadFrame(client: string, reason: string): void {
    this.#counters.add(this.#names.badFrames);
    this.#badFrames.log({ event: 'bad-frame', client, reason }, `bad frame from ${client}: ${reason}`);
  }

  onCutOff(client: string, reason: string): void {
    if (this.#names.cutOff) this.#counters.add(this.#names.cutOff);
    this.#cutOffs.log({ event: 'client-cut-off', client, reason }, `disconnected ${client}: ${reason}`);
  }

  onRefused(reason: string): void {
    this.#counters.add(this.#names.refused);
    this.#refusals.log({ event: 'turned-away', reason }, `refused a connection: ${reason}`);
  }

  onPaused(client: string, reason: PauseReason): void {
    if (this.#names.paused) this.#counters.add(this.#names.paused);
    this.#pauses.log(
      { event: 'client-held-back', client, reason },
      `paused reading from ${client}: ${PAUSES[reason]}; nothing is lost`,
    );
  }
}
