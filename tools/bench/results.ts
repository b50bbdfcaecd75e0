// What was measured, as it is saved: one file, which the report and the comparison read.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, UsageError } from '../../src/platform/errors.ts';
import type { Case } from './benchmark.ts';
import type { Machine } from './machine.ts';

/** The saved results; committed. */
export const LATEST = path.join(import.meta.dirname, 'results', 'latest.json');

/** Raised by one when older results cannot be read any more. */
export const FORMAT = 2;

/** What one benchmark gave. */
export interface BenchmarkResult {
  readonly title: string;
  readonly cases: readonly Case[];
  /** The command that it was part of. */
  readonly command: string;
  /** Load average over the last minute, before that command: above 0.5 somebody else was busy. Not known where it was not kept. */
  readonly load?: number;
  /** What was checked out when it began. */
  readonly commit: string;
  /** When it began. */
  readonly date: string;
  /** How long it took. */
  readonly seconds: number;
}

export interface Results {
  readonly format: typeof FORMAT;
  readonly machine: Machine;
  readonly quick: boolean;
  readonly benchmarks: Readonly<Record<string, BenchmarkResult>>;
}

/** A file of results that cannot be used. */
export class ResultsFileError extends UsageError {}

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
  if (results.format !== FORMAT)
    throw new ResultsFileError(
      `expected results of format ${FORMAT} in ${file}, found ${results.format}: measure again`,
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

/** With the same kernel and the same Node. */
export function sameMachine(one: Machine, other: Machine): boolean {
  return (['cpu', 'cores', 'kernel', 'node'] as const).every((what) => one[what] === other[what]);
}
