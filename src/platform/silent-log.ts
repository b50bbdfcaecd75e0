// A log for commands that say in their own words what happened.

import type { Log } from './log.ts';

const ignore = (): void => {};

export const SILENT_LOG: Log = {
  ...{ trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore, fatal: ignore },
  ...{ plain: ignore, plainTo: ignore },
};
