// Reading the settings of a running process again: the limits that changed hold at once, a bad file changes nothing.

import { TicklineError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { changesOf, type LimitSettings, limitsOf } from './limits.ts';

export class Reload<S extends LimitSettings> {
  #settings: S;
  readonly #readAgain: () => S;
  readonly #log: Log;

  /** @param readAgain as the settings were read at the start: the command line over the file over the defaults */
  constructor(settings: S, readAgain: () => S, log: Log) {
    this.#settings = settings;
    this.#readAgain = readAgain;
    this.#log = log;
  }

  /** Says in the log what has changed, and returns the limits if they have. */
  read(): LimitSettings | undefined {
    try {
      return this.#compare(this.#readAgain());
    } catch (error) {
      if (!(error instanceof TicklineError)) throw error;
      this.#log.error(
        { event: 'reload-failed', reason: error.message },
        `the configuration is not taken, the limits stay as they were: ${error.message}`,
      );
      return undefined;
    }
  }

  #compare(now: S): LimitSettings | undefined {
    const { limits, others } = changesOf(this.#settings, now);
    if (others.length > 0) {
      this.#log.warn(
        { event: 'reload-ignored', keys: others },
        `changed in the configuration, but read at the start only: ${others.join(', ')}`,
      );
    }
    this.#settings = { ...this.#settings, ...limitsOf(now) };
    if (limits.length > 0) {
      this.#log.warn({ event: 'limits-changed', limits }, `new limits: ${limits.join('; ')}`);
      return now;
    }
    this.#log.info({ event: 'reload' }, 'the configuration was read again: no limit has changed');
    return undefined;
  }
}
