// Trades of an exchange as a source of ticks.
//
//    connections ──message──▶ TradeReader ──tick──▶ waiting ticks ──▶ TickSink
//                        └──▶ recorder              bounded: when they are many, reading from the
//                                                   exchange pauses

import { UsageError } from '../../../platform/errors.ts';
import type { FeedStatus } from '../feed.ts';
import type { FeedLosses } from '../feed-losses.ts';
import type { Notify } from '../notices.ts';
import type { TickSource } from '../queued-feed.ts';
import type { TickSink } from '../tick-sink.ts';
import { Connections } from './connections.ts';
import type { Exchange } from './exchange.ts';
import type { Received } from './received.ts';
import type { LiveTimes } from './times.ts';
import { type LiveTick, TradeReader } from './trade-reader.ts';

/** The exchange refused all symbols when it was first asked. */
export class ExchangeRefusedError extends UsageError {}

/** Keeps the messages of a session. */
export interface Recorder {
  write(received: Received): void;
  close(): Promise<void>;
}

export interface LiveSettings {
  readonly exchange: Exchange;
  readonly url: string;
  /** Our names by the exchange's. */
  readonly names: ReadonlyMap<string, string>;
  readonly times: LiveTimes;
  /** A trade that comes this much later than usual is left out, in ms. */
  readonly lateMs: number;
  readonly recorder?: Recorder | undefined;
  /** Takes lines for the log. */
  readonly notify: Notify;
}

/** Waiting ticks at which reading from the exchange pauses, and at which it continues. */
const PAUSE_TICKS = 4_096;
const RESUME_TICKS = 1_024;

export class LiveSource implements TickSource {
  readonly #settings: LiveSettings;
  readonly #reader: TradeReader;
  readonly #connections: Connections;
  /** Ticks from index `#taken` on wait for room in the sink. */
  readonly #waiting: LiveTick[] = [];
  #taken = 0;
  #isPaused = false;
  /** Resolves when there is something to do. */
  #wake = Promise.withResolvers<void>();
  #refusal: string | undefined;
  /** Why the exchange itself is closed; undefined while it is open. */
  #condition: string | undefined;
  #status: FeedStatus = { state: 'up' };
  #lateBefore = 0;

  constructor(settings: LiveSettings) {
    const { exchange, url, names, times, lateMs, notify } = settings;
    this.#settings = settings;
    this.#reader = new TradeReader({ names, lateMs });
    this.#connections = new Connections(exchange, url, [...names.keys()], times, {
      onReceived: (received) => this.#receive(received),
      onNotice: (message) => notify({ level: 'warn', event: 'feed', message }),
      onRefused: (reason) => {
        this.#refusal = reason;
        this.#wake.resolve();
      },
    });
  }

  get rejectedRows(): number {
    return this.#reader.rejected;
  }

  get lastRejection(): string | undefined {
    return this.#reader.lastRejection;
  }

  get losses(): FeedLosses {
    const { ids, late } = this.#reader;
    const { gaps, missed, repeated } = ids;
    return { connections: this.#connections.count, gaps, missed, repeated, late };
  }

  /** Connects when the feed is first asked for a tick. @throws ExchangeRefusedError */
  async run(sink: TickSink): Promise<void> {
    sink.signal.addEventListener('abort', () => this.#wake.resolve());
    await sink.demand();
    if (sink.signal.aborted) return;
    this.#connections.start();
    const timer = setInterval(() => this.#report(sink), this.#settings.times.checkMs);
    try {
      while (!sink.signal.aborted) {
        if (this.#refusal !== undefined) throw this.#refused(this.#refusal);
        await this.#putWaiting(sink);
        await this.#wake.promise;
        this.#wake = Promise.withResolvers();
      }
    } finally {
      clearInterval(timer);
      this.#connections.close();
    }
  }

  async close(): Promise<void> {
    await this.#settings.recorder?.close();
  }

  #receive(received: Received): void {
    this.#settings.recorder?.write(received);
    for (const part of received.parts) {
      if (part.kind === 'condition') this.#condition = part.open ? undefined : part.text;
    }
    this.#reader.read(received, (tick) => this.#waiting.push(tick));
    if (this.#waiting.length === 0) return;
    this.#wake.resolve();
    if (this.#isPaused || this.#waiting.length - this.#taken < PAUSE_TICKS) return;
    this.#isPaused = true;
    this.#connections.pause();
  }

  async #putWaiting(sink: TickSink): Promise<void> {
    while (this.#taken < this.#waiting.length) {
      if (!sink.hasRoom && !(await sink.room())) return;
      const { symbol, price, made } = this.#next();
      sink.put(symbol, price, made);
      if (this.#isPaused && this.#waiting.length - this.#taken < RESUME_TICKS) {
        this.#isPaused = false;
        this.#connections.resume();
      }
    }
    this.#waiting.length = 0;
    this.#taken = 0;
    sink.flush();
  }

  #next(): LiveTick {
    // Under constant load the list is never empty, and has to be cut.
    if (this.#taken >= PAUSE_TICKS) this.#taken -= this.#waiting.splice(0, this.#taken).length;
    return this.#waiting[this.#taken++];
  }

  /** Reports the status if it has changed. */
  #report(sink: TickSink): void {
    const reason = this.#problem();
    const wasDown = this.#status.state === 'down' ? this.#status.reason : undefined;
    if (reason === wasDown) return;
    this.#status = reason === undefined ? { state: 'up' } : { state: 'down', reason };
    sink.onStatus(this.#status);
  }

  #problem(): string | undefined {
    const { late } = this.#reader;
    const areLate = late > this.#lateBefore;
    this.#lateBefore = late;
    const { name } = this.#settings.exchange;
    const problem = this.#condition ?? this.#connections.problem;
    if (problem !== undefined) return `${name}: ${problem}`;
    const seconds = this.#settings.lateMs / 1_000;
    return areLate ? `${name}: trades come more than ${seconds} s late and are left out` : undefined;
  }

  #refused(reason: string): ExchangeRefusedError {
    const { name, symbolForm } = this.#settings.exchange;
    return new ExchangeRefusedError(
      `${name}: ${reason}; expected symbols that it trades, written as ${symbolForm}`,
    );
  }
}
