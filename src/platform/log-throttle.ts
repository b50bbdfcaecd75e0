// Keeps events that clients can cause from flooding the log: a few per second get a line, the others are
// counted in the next line.

import type { LogFields } from './log.ts';

const PERIOD_MS = 1_000;
/** Lines per second for events that are worth a line each while they are rare. */
export const LOGGED_PER_SECOND = 10;

/** Those that hold events back. */
const holding = new Set<LogThrottle>();
process.on('exit', () => {
  for (const throttle of holding) throttle.flush();
});

/** Every event is in the count of a line: at the latest a second after it, or when the process exits. */
export class LogThrottle {
  readonly #write: (fields: LogFields, message: string) => void;
  readonly #linesPerSecond: number;
  #periodStartMs = Number.NEGATIVE_INFINITY;
  #linesInPeriod = 0;
  #unlogged = 0;
  #last: { readonly fields: LogFields; readonly message: string } | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param write a level of a log */
  constructor(write: (fields: LogFields, message: string) => void, linesPerSecond = 1) {
    this.#write = write;
    this.#linesPerSecond = linesPerSecond;
  }

  /** Logs one event, or counts it in a later line. The line gets the field `count`. */
  log(fields: LogFields, message: string, now = performance.now()): void {
    this.#unlogged++;
    this.#last = { fields, message };
    if (now - this.#periodStartMs >= PERIOD_MS) {
      this.#periodStartMs = now;
      this.#linesInPeriod = 0;
    }
    if (this.#linesInPeriod < this.#linesPerSecond) this.flush();
    else if (!holding.has(this)) this.#hold();
  }

  /** Logs the last event that has no line yet, with the count of all. */
  flush(): void {
    holding.delete(this);
    clearTimeout(this.#timer); // a line is written now, and the next event may start another
    if (this.#last === undefined) return;
    const { fields, message } = this.#last;
    const count = this.#unlogged;
    this.#last = undefined;
    this.#unlogged = 0;
    this.#linesInPeriod++;
    this.#write({ ...fields, count }, count === 1 ? message : `${message} (and ${count - 1} more before it)`);
  }

  #hold(): void {
    holding.add(this);
    this.#timer = setTimeout(() => this.#flushLate(), PERIOD_MS).unref();
  }

  /** The second has ended without another event. Its line is the first of the next one. */
  #flushLate(): void {
    this.#periodStartMs += PERIOD_MS;
    this.#linesInPeriod = 0;
    this.flush();
  }
}
