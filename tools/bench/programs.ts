// The programs that benchmarks run beside the stack: where they are, whether they can be had, and what they answer.

import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { messageOf, TicklineError } from '../../src/platform/errors.ts';

const TIMEOUT_MS = 300_000;

/** A program of a benchmark failed. */
export class ProgramError extends TicklineError {}

/** The path of a program of ours. */
export function programFile(name: string): string {
  return path.join(import.meta.dirname, 'processes', `${name}.ts`);
}

/**
 * Runs a program of ours to its end, and gives the JSON of its last line.
 * @throws ProgramError
 */
export function answerOf<Answer>(name: string, args: readonly (string | number)[]): Promise<Answer> {
  const words = [programFile(name), ...args.map(String)];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, words, { timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      try {
        if (error) throw error;
        resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
      } catch (cause) {
        const reason = stderr || messageOf(cause);
        reject(new ProgramError(`bench program ${name} gave no answer: ${reason}`, { cause }));
      }
    });
  });
}

/** Compiles a C program into a folder; returns where it is. @throws ProgramError */
export function compileC(source: string, folder: string): string {
  const program = path.join(folder, path.basename(source, '.c'));
  try {
    execFileSync('cc', ['-O3', '-o', program, source]);
  } catch (cause) {
    throw new ProgramError(`cannot compile ${source}: ${messageOf(cause)}`, { cause });
  }
  return program;
}

/** Whether a command, or NumPy, is on this machine. */
export function has(command: string): boolean {
  try {
    if (command === 'numpy') execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
    else execFileSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
