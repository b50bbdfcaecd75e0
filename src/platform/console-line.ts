// A line of the log as the console shows it: `[08:00:00.123] WARN: lost the Gateway`.

import { styleText } from 'node:util';
import { printable } from './printable.ts';

const COLOURS = {
  trace: 'gray',
  debug: 'blue',
  info: 'green',
  warn: 'yellow',
  error: 'red',
  fatal: 'bgRed',
} as const;

interface Entry {
  readonly level: keyof typeof COLOURS;
  /** ISO 8601. */
  readonly time: string;
  readonly msg: string;
  readonly err?: { readonly message?: string };
}

/**
 * The line for an entry of the log file: its local time, level and message, and the message of its error. The other
 * fields are for the file.
 */
export function consoleLine(json: string, colour: boolean): string {
  const { level, time, msg, err }: Entry = JSON.parse(json);
  const cause = err?.message === undefined ? '' : `: ${err.message}`;
  const text = printable(`${msg}${cause}`);
  const paint = (format: Parameters<typeof styleText>[0], word: string) =>
    colour ? styleText(format, word, { validateStream: false }) : word;
  return `[${localTime(new Date(time))}] ${paint(COLOURS[level], level.toUpperCase())}: ${paint('cyan', text)}\n`;
}

function localTime(time: Date): string {
  const parts = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) =>
    `${part}`.padStart(2, '0'),
  );
  return `${parts.join(':')}.${`${time.getMilliseconds()}`.padStart(3, '0')}`;
}
