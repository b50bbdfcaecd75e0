// The limits of a run's OrderManager, in a file beside the logs that it reads at each start and each SIGHUP.
// The file holds only limits that passed the checks: a bad edit of the user's file cannot prevent a restart
// of the OrderManager.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, TicklineError } from '../platform/errors.ts';
import { writePrivate } from '../platform/private-file.ts';
import { type LimitSettings, limitsFileText } from '../settings/limits.ts';

const FILE = 'limits.json';

/** The limits cannot be passed to the OrderManager. */
export class LimitsFileError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(
      `cannot write the limits to ${file}: ${messageOf(cause)}; check the space in its folder and its permissions`,
      { cause },
    );
  }
}

export class LimitsFile {
  readonly path: string;
  #limits: LimitSettings | undefined;

  /** @param folder the folder of the logs, made when missing */
  constructor(folder: string) {
    this.path = path.join(folder, FILE);
  }

  /** Writes the file again if it was removed. @throws LimitsFileError */
  ensure(): void {
    if (this.#limits !== undefined && !fs.existsSync(this.path)) this.write(this.#limits);
  }

  /** Replaces the file atomically. @throws LimitsFileError */
  write(limits: LimitSettings): void {
    const next = `${this.path}.${process.pid}`;
    try {
      writePrivate(next, limitsFileText(limits));
      fs.renameSync(next, this.path);
      this.#limits = limits;
    } catch (cause) {
      throw new LimitsFileError(this.path, cause);
    }
  }
}
