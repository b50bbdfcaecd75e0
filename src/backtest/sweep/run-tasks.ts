// Runs the tries of a sweep on all cores. The data is read once; the threads share its memory.

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { ParameterValues } from '../../domain/strategies/parameters.ts';
import { SweepFailedError } from '../errors.ts';
import type { History } from '../history.ts';
import type { SimulationSettings } from '../simulation.ts';
import type { TryFigures } from './try-point.ts';

/** What each thread is given. */
export interface SweepWork {
  readonly history: History;
  readonly strategyFile: string | undefined;
  readonly simulation: SimulationSettings;
  /** First row and end of each period. */
  readonly periods: readonly (readonly [number, number])[];
}

export interface SweepTask {
  /** From 0. */
  readonly id: number;
  /** Index in `periods`. */
  readonly period: number;
  readonly parameters: ParameterValues;
}

export type TaskAnswer =
  | { readonly id: number; readonly figures: TryFigures }
  | { readonly id: number; readonly failure: string };

const WORKER = `./sweep-worker${import.meta.filename.endsWith('.ts') ? '.ts' : '.js'}`;
/** A thread gets this many tries at a time: enough to keep it busy, few enough to end together. */
const TASKS_AT_A_TIME = 4;

/**
 * The figures of all tasks, by their ids.
 * @param onProgress called with the number of tries that are done
 * @throws SweepFailedError for the first try that fails; all threads are stopped then
 */
export async function runTasks(
  work: SweepWork,
  tasks: readonly SweepTask[],
  onProgress: (done: number) => void,
): Promise<TryFigures[]> {
  const figures = new Array<TryFigures>(tasks.length);
  const threads: Worker[] = [];
  let next = 0;
  let done = 0;
  const count = Math.max(1, Math.min(availableParallelism(), Math.ceil(tasks.length / TASKS_AT_A_TIME)));
  const finished = Promise.withResolvers<void>();
  const give = (thread: Worker) => {
    const given = tasks.slice(next, next + TASKS_AT_A_TIME);
    next += given.length;
    if (given.length > 0) thread.postMessage(given);
  };
  const onAnswers = (thread: Worker, answers: readonly TaskAnswer[]) => {
    for (const answer of answers) {
      if ('failure' in answer) {
        finished.reject(new SweepFailedError(answer.failure));
        return;
      }
      figures[answer.id] = answer.figures;
    }
    done += answers.length;
    onProgress(done);
    if (done === tasks.length) finished.resolve();
    else give(thread);
  };
  try {
    for (let index = 0; index < count; index++) {
      const thread = new Worker(new URL(WORKER, import.meta.url), { workerData: work });
      threads.push(thread);
      thread.on('message', (answers: readonly TaskAnswer[]) => onAnswers(thread, answers));
      thread.on('error', (error) => finished.reject(error));
      thread.on('exit', (status) => {
        if (status !== 0)
          finished.reject(new SweepFailedError(`a thread of the sweep ended with status ${status}`));
      });
      give(thread);
    }
    await finished.promise;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  return figures;
}
