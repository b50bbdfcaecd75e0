// What was measured, as it is saved: one file, which the report and the comparison read.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, TicklineError } from '../src/system/errors.ts';
import type { Case } from './benchmark.ts';
import type { Machine } from './machine.ts';

/** The saved results; committed. */
export const LATEST = path.join(import.meta.dirname, 'results', 'latest.json');

/** What one benchmark gave. */
export interface BenchmarkResult {
  readonly title: string;
  readonly cases: readonly Case[];
  readonly seconds: number;
  /** When it was over. */
  readonly date: string;
  readonly commit: string;
}

export interface Results {
  readonly format: 1;
  readonly machine: Machine;
  readonly command: string;
  readonly quick: boolean;
  readonly benchmarks: Readonly<Record<string, BenchmarkResult>>;
}

/** A file of results that cannot be used. */
export class ResultsFileError extends TicklineError {
  override get exitStatus(): 2 {
    return 2;
  }
}

/** @throws ResultsFileError */
export function readResults(file: string): Results {
  let results: Results;
  try {
    results = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ResultsFileError(
      `expected results of ./tickline bench in ${file}, found none: ${messageOf(cause)}`,
      { cause },
    );
  }
  if (results.format !== 1)
    throw new ResultsFileError(
      `expected results of format 1 in ${file}, found ${results.format}: measure again`,
    );
  return results;
}

export function writeResults(file: string, results: Results): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}

/**
 * Adds results of some benchmarks to those that are saved. Another machine's are no basis: then only the new ones count.
 */
export function merged(saved: Results | undefined, fresh: Results): Results {
  if (!saved || !sameMachine(saved.machine, fresh.machine)) return fresh;
  return { ...fresh, benchmarks: { ...saved.benchmarks, ...fresh.benchmarks } };
}

export function sameMachine(one: Machine, other: Machine): boolean {
  return one.cpu === other.cpu && one.cores === other.cores && one.node === other.node;
}
