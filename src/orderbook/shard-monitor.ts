// Logs and counts what happens to the streams of NATS that an OrderBook reads.

import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import { LOGGED_PER_SECOND, LogThrottle } from '../platform/log-throttle.ts';

export class ShardMonitor {
  readonly #counters: ProcessCounters;
  readonly #log: Log;
  readonly #warnings: LogThrottle;
  /** Shards that are not read, and were logged as such. */
  readonly #down = new Set<number>();

  constructor(log: Log, counters: ProcessCounters) {
    this.#log = log;
    this.#counters = counters;
    this.#warnings = new LogThrottle(log.warn, LOGGED_PER_SECOND);
  }

  /** @param again whether another consumer read it before */
  reading(shard: number, from: number, again: boolean): void {
    this.#counters.set('orderbook.connected', 1);
    if (again) this.#counters.add('orderbook.consumersRenewed');
    else {
      this.#counters.add('orderbook.connections');
      this.#log.info({ event: 'reading', shard, from }, `reading shard ${shard} from message ${from} on`);
    }
  }

  /** Each shard is logged once until it has messages again. */
  shardDown(shard: number, reason: string): void {
    if (this.#down.has(shard)) return;
    this.#down.add(shard);
    this.#warnings.log(
      { event: 'shard-silent', shard, reason },
      `shard ${shard} is not read: ${reason}; trying again until it is`,
    );
  }

  shardUp(shard: number): void {
    if (!this.#down.delete(shard)) return;
    this.#log.info({ event: 'shard-up', shard }, `shard ${shard} is read again`);
  }

  badMessage(shard: number, sequence: number): void {
    this.#counters.add('orderbook.badFrames');
    this.#warnings.log(
      { event: 'bad-frame', shard, sequence },
      `skipped message ${sequence} of shard ${shard}: it is none of this version`,
    );
  }

  /** @param isAnother whether there was a run before: the number of its ticks that are lost is not known */
  newRun(runId: number, isAnother: boolean): void {
    if (isAnother) this.#counters.add('orderbook.gaps');
    this.#log[isAnother ? 'warn' : 'info'](
      { event: 'new-session', feedSession: runId },
      isAnother
        ? 'the Gateway began a new run: ticks of its last one may be lost'
        : `run ${runId} of the Gateway`,
    );
  }

  lag(messages: number, delayMs: number): void {
    this.#counters.set('orderbook.streamLag', messages);
    this.#counters.set('orderbook.streamDelayMs', Math.round(delayMs));
  }

  /** @param wanted shards that are to be read @param read those that the reader has caught up with */
  shards(wanted: number, read: number): void {
    this.#counters.set('orderbook.shardsWanted', wanted);
    this.#counters.set('orderbook.shardsRead', read);
  }
}
