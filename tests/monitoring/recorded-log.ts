// A log that keeps its warnings and errors.

import type { Log, LogFields } from '../../src/platform/log.ts';

export function recordedLog(): { log: Log; warnings: { fields: LogFields; message: string }[] } {
  const warnings: { fields: LogFields; message: string }[] = [];
  const ignore = () => {};
  const keep = (fields: LogFields, message: string) => warnings.push({ fields, message });
  const log: Log = {
    ...{ trace: ignore, debug: ignore, info: ignore, fatal: ignore },
    ...{ plain: ignore, plainTo: ignore },
    warn: keep,
    error: keep,
  };
  return { log, warnings };
}
