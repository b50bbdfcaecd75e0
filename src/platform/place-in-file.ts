// What a user's file threw, and where.

import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';

const TEXT_LENGTH_MAX = 80;

/** What was thrown: `RangeError: message`, or the value when it is no error. */
export function thrownText(thrown: unknown): string {
  if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
  const text = inspect(thrown, { depth: 0, breakLength: Number.POSITIVE_INFINITY });
  return `${text.slice(0, TEXT_LENGTH_MAX)}, which is no Error`;
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
