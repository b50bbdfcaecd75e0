// What a user's file threw, and where.

import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { codeOf } from './errors.ts';

const TEXT_LENGTH_MAX = 80;

/** What was thrown: `RangeError: message (cause)`, or the value when it is no error. */
export function thrownText(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}${causeText(thrown.cause)}`;
  const text = inspect(thrown, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  return `${text.slice(0, TEXT_LENGTH_MAX)}, which is no Error`;
}

/** Why, if the error has a cause: `fetch failed` alone does not say it. The cause of several addresses has only a code. */
function causeText(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  return ` (${cause.message === '' ? (codeOf(cause) ?? cause.name) : cause.message})`;
}

/** ` at FILE:LINE:COLUMN` of the innermost call in the file, or else outside of Node; empty when unknown. */
export function placeOf(thrown: unknown, file: string | undefined): string {
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const frames = stack.split('\n').filter((line) => /^\s+at .*file:\/\//.test(line));
  const frame = frames.find((line) => isIn(line, file)) ?? frames[0];
  const [, url, position] = /(file:\/\/.*?)(:\d+:\d+)\)?$/.exec(frame ?? '') ?? [];
  return url === undefined ? '' : ` at ${fileURLToPath(url)}${position}`;
}

/** Whether a stack passes through the file. */
export function isIn(stack: string, file: string | undefined): boolean {
  return file !== undefined && stack.includes(`${pathToFileURL(file).href}:`);
}
