// The programs that benchmarks run beside the stack: where they are, whether they are installed, and what they answer.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { messageOf, TicklineError } from '../../src/platform/errors.ts';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import type { Stack } from '../testing/stack.ts';
import type { StartedProcess } from '../testing/started-process.ts';

const ANSWER_TIMEOUT_MS = 300_000;

/** A program of a benchmark failed. */
export class ProgramError extends TicklineError {}

/** Starts a program of `processes/`. */
export function startProgram(
  stack: Stack,
  program: string,
  words: readonly (string | number)[],
  name = program,
): StartedProcess {
  const file = path.join(import.meta.dirname, 'processes', `${program}.ts`);
  return stack.spawn(name, [process.execPath, ...NODE_FLAGS, file, ...words.map(String)]);
}

/**
 * Runs a program of `processes/` until it exits, and returns the JSON of its last line.
 * @throws ProgramError, ProcessExitedError
 */
export async function answerOf<Answer>(
  stack: Stack,
  program: string,
  words: readonly (string | number)[],
): Promise<Answer> {
  const started = startProgram(stack, program, words);
  await stack.untilExited(started, ANSWER_TIMEOUT_MS);
  const answer = started.lines.at(-1) ?? '';
  try {
    return JSON.parse(answer);
  } catch (cause) {
    throw new ProgramError(`expected a line of JSON from ${program}, found "${answer}"`, { cause });
  }
}

/** Compiles a C program into a folder and returns its path. @throws ProgramError */
export function compileC(source: string, folder: string): string {
  const program = path.join(folder, path.basename(source, '.c'));
  try {
    execFileSync('cc', ['-O3', '-o', program, source]);
  } catch (cause) {
    throw new ProgramError(`cannot compile ${source}: ${messageOf(cause)}`, { cause });
  }
  return program;
}

/** Whether a command, or NumPy, is installed. */
export function has(command: string): boolean {
  try {
    if (command === 'numpy') execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    else execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
