// Opens the log of a process by its settings.

import type { LevelWithSilent } from 'pino';
import { createLog, type Log } from '../platform/log.ts';
import { logFolder } from './paths.ts';

export interface LogSettings {
  readonly stack: string;
  readonly logDir?: string | undefined;
  readonly logLevel: LevelWithSilent;
  /** Bytes. */
  readonly logSize: number;
  readonly logFiles: number;
  readonly quiet?: boolean;
}

/**
 * @param name the name of the process, and of its log file
 * @param namesPlainLines whether plain lines start with that name; default: when the orchestrator started the
 * process
 */
export function processLog(name: string, settings: LogSettings, namesPlainLines?: boolean): Log {
  const { logLevel, logSize, logFiles, quiet = false } = settings;
  return createLog({
    process: name,
    logDir: logFolder(settings),
    level: logLevel,
    fileLimits: { bytes: logSize, files: logFiles },
    quiet,
    ...(namesPlainLines !== undefined && { namesPlainLines }),
  });
}
