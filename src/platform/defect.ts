// An error that nobody foresaw, told to the user in one line. The stack trace goes into the log file of the
// process.

import path from 'node:path';
import { codeOf, messageOf } from './errors.ts';
import { expectedError } from './expected-error.ts';
import { printable } from './printable.ts';
import { PROJECT_ROOT } from './project-root.ts';
import { printError } from './standard-output.ts';

/** Set to 1, it prints the stack traces of defects. */
const TRACE_VARIABLE = 'TICKLINE_TRACE';
const STATUS_FAILED = 1;
/** The first place in a stack trace that is not Node's own. */
const PLACE = /^ +at (?!.*[( ]node:).*?((?:\/|file:)[^)\n]*:\d+):\d+\)?$/m;

/** Writes an error with its stack trace, and returns the file. */
type WriteDefect = (error: unknown, message: string) => string;

let writeDefect: WriteDefect | undefined;

/** Where the stack traces of defects go from now on. */
export function writeDefectsWith(write: WriteDefect): void {
  writeDefect = write;
}

/**
 * Prints why a command ends, in one line, and returns its exit status.
 * @param command what the line starts with: `tickline run`
 */
export function reportError(command: string, error: unknown): number {
  const expected = expectedError(error);
  if (expected !== undefined) {
    printError(`${command}: ${printable(expected.message)}`);
    return expected.exitStatus;
  }
  if (process.env[TRACE_VARIABLE] === '1') console.error(error);
  printError(`${command}: ${describe(error)}`);
  return STATUS_FAILED;
}

/** Ends the process with one line, where Node would print a stack trace. */
export function exitOnDefect(command: string): void {
  process.on('uncaughtException', (error) => process.exit(reportError(command, error)));
}

function describe(error: unknown): string {
  const message = printable(messageOf(error));
  const isOfSystem = codeOf(error) !== undefined && error instanceof Error && 'syscall' in error;
  const file = writeDefect?.(error, message);
  if (isOfSystem) return `the system refused: ${message}; check what it names, its owner and its permissions`;
  const place =
    error instanceof Error ? PLACE.exec(error.stack ?? '')?.[1]?.replace('file://', '') : undefined;
  const trace = file === undefined ? `that ${TRACE_VARIABLE}=1 prints` : `in ${file}`;
  if (place !== undefined && !place.startsWith(PROJECT_ROOT))
    return `an error at ${place}: ${message}; mend that code, with the stack trace ${trace}`;
  const where = place === undefined ? '' : ` at ${path.relative(PROJECT_ROOT, place)}`;
  return `a defect of Tickline${where}: ${message}; please report it, with the stack trace ${trace}`;
}
