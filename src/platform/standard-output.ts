// Standard output of a command: a reader that has read enough ends the command quietly, and output that cannot
// be written is an error.

import { writeSync } from 'node:fs';
import { codeOf, messageOf, TicklineError } from './errors.ts';

/** Part of what a command printed is missing where standard output goes. */
export class StandardOutputError extends TicklineError {
  constructor(cause: unknown) {
    super(
      `cannot write to standard output (${messageOf(cause)}): what it has is incomplete; free space there, or print elsewhere`,
      { cause },
    );
  }
}

let isGuarded = false;

/**
 * For commands that print with console.log, which reports no failed write: the command exits with status 1 and
 * one line. If its reader closes the pipe, as `head` does, it exits with `statusOfClosed` and prints nothing.
 */
export function guardStandardOutput(command: string, statusOfClosed = 0): void {
  if (isGuarded) return;
  isGuarded = true;
  process.stdout.on('error', (error) => exitOnFailedOutput(command, error, statusOfClosed));
}

/** Exits with status 1 and one line, or quietly if the reader has left. */
export function exitOnFailedOutput(command: string, error: unknown, statusOfClosed = 0): never {
  if (codeOf(error) === 'EPIPE') process.exit(statusOfClosed);
  printError(`${command}: ${new StandardOutputError(error).message}`);
  process.exit(1);
}

/** Writes text to standard output before it returns, for a command that exits next. It exits as a guarded one does. */
export function printBeforeExit(command: string, text: string): void {
  let rest: Buffer = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') exitOnFailedOutput(command, error);
    }
  }
}

/** Writes a line to standard error. Throws nothing: nobody reads a standard error that is closed or full. */
export function printError(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // There is no other place for it.
  }
}
