// The options of the log files.

import { choice, integer, path, size } from '../option-types.ts';
import { type Option, PROCESSES } from './option.ts';

export const LOGGING_OPTIONS = {
  logDir: {
    kind: path('a folder'),
    placeholder: 'DIR',
    about: 'folder of the log files, one a process (default: logs; of a run: its folder under runs)',
    commands: PROCESSES,
  },
  logLevel: {
    kind: choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    placeholder: 'LEVEL',
    default: 'info',
    about: 'the least serious messages to log',
    commands: PROCESSES,
  },
  logSize: {
    kind: size('4KiB', '16GiB'),
    placeholder: 'BYTES',
    default: '64MiB',
    about: 'a log file of that size is full, and a new one begins',
    commands: PROCESSES,
  },
  logFiles: {
    kind: integer('a number of files', { min: 1, max: 1_000 }),
    placeholder: 'N',
    default: '5',
    about: 'full log files that are kept: gateway.log.1 is the newest of them',
    commands: PROCESSES,
  },
} as const satisfies Record<string, Option>;
