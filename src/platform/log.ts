// The log of a process: JSON lines in its file, readable lines on the console. Writes are synchronous, so
// that nothing is lost at exit. A failed write never stops the process.

import { isatty } from 'node:tty';
import { type Level, type LevelWithSilent, multistream, pino, stdTimeFunctions } from 'pino';
import { consoleLine } from './console-line.ts';
import { ConsoleSink } from './console-sink.ts';
import { writeDefectsWith } from './defect.ts';
import { LogFile, type LogFileLimits } from './log-file.ts';
import { IS_PART_OF_RUN, RUN_ID } from './run-id.ts';

/** The fields of a message. `event` is its fixed name, for programs that read the log. */
export interface LogFields {
  readonly event: string;
  /** Every line has these fields already. */
  readonly process?: never;
  readonly pid?: never;
  readonly runId?: never;
  readonly time?: never;
  readonly level?: never;
  readonly [field: string]: unknown;
}

/** A line of plain(), or a line with fields that only the file gets. */
export type PlainLine =
  | string
  | { readonly text: string; readonly fields: Readonly<Record<string, unknown>> };

type LogCall = (fields: LogFields, message: string) => void;

/** The log of one process. */
export interface Log extends Readonly<Record<Level, LogCall>> {
  /**
   * Prints lines as they are on standard output; the file gets them as messages. The process's name stands in
   * front only where several processes share the terminal. All lines are one write: one write per line would
   * cost more than the order it confirms.
   */
  plain(...lines: readonly PlainLine[]): void;
  /** plain() to only one of the two. */
  plainTo(output: 'console' | 'file', lines: readonly PlainLine[]): void;
}

interface LogOptions {
  /** Starts each line on the console, and names the file: `gateway` writes `gateway.log`. */
  readonly process: string;
  /** Folder of the log file, made when missing; without it there is no file. */
  readonly logDir?: string | undefined;
  readonly level: LevelWithSilent;
  /** Default: one file without a limit. */
  readonly fileLimits?: LogFileLimits;
  /** Default: on a terminal, unless NO_COLOR is set or TERM is dumb; FORCE_COLOR overrides them. */
  readonly colour?: boolean | undefined;
  /** Whether plain lines start with the name of the process. Default: when the orchestrator started it. */
  readonly namesPlainLines?: boolean;
  /** Whether plain lines go to the file only. */
  readonly quiet?: boolean;
}

/** Fields that no message should have; if one does, its value is not written. */
const SECRETS = { paths: ['token', '*.token'], censor: '(secret)' };
const NAME_WIDTH = 'order-manager'.length;

/** ANSI SGR colours. */
const COLOURS: Readonly<Record<string, number>> = {
  gateway: 36,
  orderbook: 33,
  strategy: 35,
  'order-manager': 32,
  dashboard: 94,
  orchestrator: 34,
};
const OTHER_COLOUR = 37;

/** Opens the log of a process. Throws nothing: without a file it writes to the console, and warns once. */
export function createLog(options: LogOptions): Log {
  const { process: name, logDir, level, fileLimits, colour = wantsColour() } = options;
  const { namesPlainLines = IS_PART_OF_RUN, quiet = false } = options;
  const column = nameColumn(name, colour);
  const screen = new ConsoleSink();
  const file = logDir === undefined ? undefined : new LogFile(logDir, name, fileLimits);
  const pretty = { write: (line: string) => screen.write(column + consoleLine(line, colour)) };
  const streams = file === undefined ? [pretty] : [file, pretty];

  const base = { process: name, pid: process.pid, runId: RUN_ID };
  const plainFields = `,${JSON.stringify(base).slice(1, -1)},"event":"plain","msg":`;
  const pinoOptions = {
    level,
    base,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  let gathered = '';
  const gather = {
    write: (line: string) => {
      gathered += line;
    },
  };
  const fileOnly = pino(pinoOptions, gather);
  const all = pino(
    { ...pinoOptions, redact: SECRETS },
    multistream(streams.map((stream) => ({ level: 'trace', stream }))),
  );
  const toConsole = (lines: readonly PlainLine[]) => {
    const prefix = namesPlainLines ? column : '';
    if (!quiet) screen.write(lines.map((line) => `${prefix}${textOf(line)}\n`).join(''));
  };
  const toFile = (lines: readonly PlainLine[]) => {
    if (file === undefined || !fileOnly.isLevelEnabled('info')) return;
    // What pino makes of a line without fields, with one time for all: in a fraction of the time.
    const start = `{"level":"info"${stdTimeFunctions.isoTime()}${plainFields}`;
    for (const line of lines) {
      if (typeof line === 'string') gathered += `${start}${jsonText(line)}}\n`;
      else fileOnly.info({ ...line.fields, event: 'plain' }, line.text);
    }
    file.write(gathered);
    gathered = '';
  };
  const plain = (...lines: readonly PlainLine[]) => {
    toConsole(lines);
    toFile(lines);
  };
  const plainTo = (output: 'console' | 'file', lines: readonly PlainLine[]) =>
    output === 'console' ? toConsole(lines) : toFile(lines);
  if (file !== undefined) {
    writeDefectsWith((error, message) => {
      fileOnly.fatal({ event: 'defect', err: error }, message);
      file.write(gathered);
      gathered = '';
      return file.path;
    });
  }
  return { ...levels(all), plain, plainTo };
}

/** Characters that JSON escapes, and those that are rare. */
const NOT_AS_IT_IS = /["\\]|[^ -~]/;

/** JSON.stringify(), and for the usual text in half the time. */
function jsonText(text: string): string {
  return NOT_AS_IT_IS.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function textOf(line: PlainLine): string {
  return typeof line === 'string' ? line : line.text;
}

type Levels = Readonly<Record<Level, LogCall>>;

function levels(logger: Levels): Levels {
  return {
    trace: (fields, message) => logger.trace(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    fatal: (fields, message) => logger.fatal(fields, message),
  };
}

function nameColumn(name: string, colour: boolean): string {
  const padded = name.padEnd(NAME_WIDTH);
  return colour ? `\x1b[${COLOURS[name] ?? OTHER_COLOUR}m${padded}\x1b[0m ` : `${padded} `;
}

function wantsColour(): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (TERM === 'dumb') return false;
  return isatty(1);
}
