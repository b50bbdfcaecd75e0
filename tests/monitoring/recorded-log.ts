// A log that keeps its lines.

import type { Log, LogFields } from '../../src/platform/log.ts';

interface Line {
  readonly fields: LogFields;
  readonly message: string;
}

/** `warnings` has the warnings and errors, `lines` all messages. */
export function recordedLog(): { log: Log; warnings: Line[]; lines: Line[] } {
  const warnings: Line[] = [];
  const lines: Line[] = [];
  const ignore = () => {};
  const keep = (fields: LogFields, message: string) => lines.push({ fields, message });
  const warn = (fields: LogFields, message: string) => {
    keep(fields, message);
    warnings.push({ fields, message });
  };
  const log: Log = {
    ...{ trace: keep, debug: keep, info: keep, fatal: keep },
    ...{ plain: ignore, plainTo: ignore },
    warn,
    error: warn,
  };
  return { log, warnings, lines };
}
