// What the command lines of bench, chaos and video have in common.

import { Command, InvalidArgumentError } from 'commander';
import { safeParse } from 'valibot';
import { guardStandardOutput, printBeforeExit } from '../src/platform/standard-output.ts';
import { duration } from '../src/settings/option-types.ts';

const STATUS_USAGE = 2;
/** A tool whose reader leaves stops before its work is done. */
const STATUS_NOT_DONE = 1;
/** Exit status of an interrupted tool. */
export const STATUS_INTERRUPTED = 130;

/** A command that reports a wrong command line in one line, and then exits with status 2. */
export function toolCommand(name: string, about: string): Command {
  guardStandardOutput(name, STATUS_NOT_DONE);
  return new Command(name)
    .description(about)
    .helpOption('--help', 'print this help')
    .configureOutput({
      writeOut: (text) => printBeforeExit(name, text),
      outputError: (text, write) => write(`${name}: ${text.replace(/^error: /, '').trim()}\n`),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : STATUS_USAGE));
}

/** Exits with the status that is set, once it is known whether standard output has everything. */
export function exitWhenWritten(): void {
  setImmediate(() => process.exit());
}

/** Aborted by Ctrl-C, SIGTERM or SIGHUP, which no longer end the process: the tool cleans up and exits by itself. */
export function interruption(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interrupted.abort());
  return interrupted.signal;
}

/** Reads an integer from 1 to `max`. */
export function integerUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new InvalidArgumentError(`expected 1 to ${max}.`);
    return value;
  };
}

/** Reads a duration such as `500ms` or `1h` and returns it in ms. The bounds are written the same way. */
export function durationBetween(min: string, max: string): (text: string) => number {
  const { schema, expected } = duration(min, max);
  return (text) => {
    const result = safeParse(schema, text);
    if (!result.success) throw new InvalidArgumentError(`expected ${expected}.`);
    return result.output;
  };
}
