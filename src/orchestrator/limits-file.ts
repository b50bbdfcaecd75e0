// The limits of a run's OrderManager: in a file beside the logs, which it reads at each start and at each SIGHUP. It
// only ever holds limits that passed the checks, so that a bad edit of the user's file cannot keep a killed
// OrderManager from starting again.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, TicklineError } from '../platform/errors.ts';
import { writePrivate } from '../platform/private-file.ts';
import { type LimitSettings, limitsFileText } from '../settings/limits.ts';

const FILE = 'limits.json';

/** The limits cannot be handed to the OrderManager. */
export class LimitsFileError extends TicklineError {
  constructor(file: string, cause: unknown) {
    super(
      `cannot write the limits to ${file}: ${messageOf(cause)}; is there room in its folder, and may you write there?`,
      {
        cause,
      },
    );
  }
}

export class LimitsFile {
  readonly path: string;
  #limits: LimitSettings | undefined;

  /** @param folder that of the logs; made when missing */
  constructor(folder: string) {
    this.path = path.join(folder, FILE);
  }

  /** Makes the file again if somebody has removed it. @throws LimitsFileError */
  keep(): void {
    if (this.#limits !== undefined && !fs.existsSync(this.path)) this.write(this.#limits);
  }

  /** Replaces the file, whole or not at all. @throws LimitsFileError */
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
