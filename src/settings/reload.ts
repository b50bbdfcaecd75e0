// Reads the settings of a running process again: changed limits apply immediately, an invalid file changes
// nothing.

import { TicklineError } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { changesOf, type LimitSettings, limitsOf } from './limits.ts';

export class Reload<S extends LimitSettings> {
  #settings: S;
  readonly #readAgain: () => Promise<S>;
  #reading: Promise<LimitSettings | undefined> | undefined;
  #isAskedAgain = false;
  readonly #log: Log;

  /** @param readAgain reads the settings as at the start: command line over file over defaults */
  constructor(settings: S, readAgain: () => Promise<S>, log: Log) {
    this.#settings = settings;
    this.#readAgain = readAgain;
    this.#log = log;
  }

  /**
   * Logs what has changed. Resolves to the limits if they have changed. A call during another one makes that read
   * once more, and shares its result.
   */
  read(): Promise<LimitSettings | undefined> {
    this.#isAskedAgain = this.#reading !== undefined;
    this.#reading ??= this.#readUntilCalm().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #readUntilCalm(): Promise<LimitSettings | undefined> {
    let changed: LimitSettings | undefined;
    do {
      this.#isAskedAgain = false;
      changed = (await this.#readOnce()) ?? changed;
    } while (this.#isAskedAgain);
    return changed;
  }

  async #readOnce(): Promise<LimitSettings | undefined> {
    try {
      return this.#compare(await this.#readAgain());
    } catch (error) {
      if (!(error instanceof TicklineError)) throw error;
      this.#log.error(
        { event: 'reload-failed', reason: error.message },
        `cannot read the configuration, the limits stay as they are: ${error.message}`,
      );
      return undefined;
    }
  }

  #compare(now: S): LimitSettings | undefined {
    const { limits, others } = changesOf(this.#settings, now);
    if (others.length > 0) {
      this.#log.warn(
        { event: 'reload-ignored', keys: others },
        `changed in the configuration, but only read at the start: ${others.join(', ')}; restart to apply`,
      );
    }
    this.#settings = { ...this.#settings, ...limitsOf(now) };
    if (limits.length > 0) {
      this.#log.warn({ event: 'limits-changed', limits }, `new limits: ${limits.join('; ')}`);
      return now;
    }
    this.#log.info({ event: 'reload' }, 'the configuration was read again, and no limit has changed');
    return undefined;
  }
}
