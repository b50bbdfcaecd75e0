// The command lines of the tools beside src/: bench, chaos, video.

import { Command, InvalidArgumentError } from 'commander';
import { duration } from '../src/settings/option-types.ts';

const STATUS_USAGE = 2;
/** How a tool ends that somebody broke off. */
export const STATUS_BROKEN_OFF = 130;

/** A command line that says in one line what is wrong with it, and ends the process then. */
export function toolLine(name: string, about: string): Command {
  return new Command(name)
    .description(about)
    .helpOption('--help', 'print this help')
    .configureOutput({
      outputError: (text, write) => write(`${name}: ${text.replace(/^error: /, '').trim()}\n`),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : STATUS_USAGE));
}

/** Is aborted when somebody breaks the tool off, which is not ended by it. */
export function breakOff(): AbortSignal {
  const brokenOff = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => brokenOff.abort());
  return brokenOff.signal;
}

/** Reads a whole number from 1 to `max`. */
export function wholeNumber(max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 1 || value > max)
      throw new InvalidArgumentError(`expected 1 to ${max}.`);
    return value;
  };
}

/** Reads a time such as `500ms` or `1h`, in ms. The bounds are written the same way. */
export function time(min: string, max: string): (text: string) => number {
  const { schema, expected } = duration(min, max);
  return (text) => {
    const result = schema.safeParse(text);
    if (!result.success) throw new InvalidArgumentError(`expected ${expected}.`);
    return result.data;
  };
}
