// The file of results, which the report and the comparison read.

import fs from 'node:fs';
import path from 'node:path';
import { messageOf, UsageError } from '../../src/platform/errors.ts';
import type { Case } from './benchmark.ts';
import type { Machine } from './machine.ts';

/** The saved results; committed. */
export const LATEST = path.join(import.meta.dirname, 'results', 'latest.json');

/** Incremented when older results become unreadable. */
export const FORMAT = 2;

/** The results of one benchmark. */
export interface BenchmarkResult {
  readonly title: string;
  readonly cases: readonly Case[];
  /** The command that ran it. */
  readonly command: string;
  /** Load average over the minute before the command: above 0.5 the machine was busy. Older results lack it. */
  readonly load?: number;
  /** The commit checked out at its start. */
  readonly commit: string;
  /** The time of its start. */
  readonly date: string;
  /** Its duration. */
  readonly seconds: number;
}

export interface Results {
  readonly format: typeof FORMAT;
  readonly machine: Machine;
  readonly quick: boolean;
  readonly benchmarks: Readonly<Record<string, BenchmarkResult>>;
}

/** A file of results is unusable. */
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

/** Merges results into saved ones. Saved results of another machine are dropped. */
export function merged(saved: Results | undefined, fresh: Results): Results {
  if (!saved || !sameMachine(saved.machine, fresh.machine)) return fresh;
  return { ...fresh, benchmarks: { ...saved.benchmarks, ...fresh.benchmarks } };
}

/** Whether both have the same CPU, cores, Node, and release of the kernel, whoever built it. */
export function sameMachine(one: Machine, other: Machine): boolean {
  const release = ({ kernel }: Machine) => kernel.split('-')[0];
  return (
    release(one) === release(other) &&
    (['cpu', 'cores', 'node'] as const).every((what) => one[what] === other[what])
  );
}
