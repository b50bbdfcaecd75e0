// The options of the log files.

import { choice, integer, path, size } from '../option-types.ts';
import { type Option, PROCESSES } from './option.ts';

export const LOGGING_OPTIONS = {
  logDir: {
    kind: path('a folder'),
    placeholder: 'DIR',
    about: "folder of the log files, one per process (default: logs; for a run: the run's folder)",
    commands: PROCESSES,
    rare: true,
  },
  logLevel: {
    kind: choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    placeholder: 'LEVEL',
    default: 'info',
    about: 'lowest level that is logged',
    commands: PROCESSES,
    rare: true,
  },
  logSize: {
    kind: size('4KiB', '16GiB'),
    placeholder: 'BYTES',
    default: '64MiB',
    about: 'size at which a log file is renamed to NAME.log.1',
    commands: PROCESSES,
    rare: true,
  },
  logFiles: {
    kind: integer('a number of files', { min: 1, max: 1_000 }),
    placeholder: 'N',
    default: '5',
    about: 'renamed log files that are kept per process',
    commands: PROCESSES,
    rare: true,
  },
} as const satisfies Record<string, Option>;
