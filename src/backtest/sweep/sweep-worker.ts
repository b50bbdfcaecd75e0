// A thread of a sweep: tries the points that it is sent, on data that all threads share.

import { parentPort, workerData } from 'node:worker_threads';
import { StrategyHookError } from '../../domain/strategies/strategy-errors.ts';
import { hookFailure } from '../../strategy/strategy-errors.ts';
import { loadStrategy } from '../../strategy/strategy-file.ts';
import { type DayCloses, dayCloses } from '../day-closes.ts';
import { type History, historyBetween } from '../history.ts';
import type { SweepTask, SweepWork, TaskAnswer } from './run-tasks.ts';
import { tryPoint } from './try-point.ts';

const { history, strategyFile, simulation, periods }: SweepWork = workerData;
const loaded = await loadStrategy(strategyFile);
const opened = new Map<number, { readonly history: History; readonly closes: DayCloses }>();

parentPort?.on('message', (tasks: readonly SweepTask[]) => {
  parentPort?.postMessage(tasks.map(answer));
});

function answer({ id, period, parameters }: SweepTask): TaskAnswer {
  const part = opened.get(period) ?? open(period);
  try {
    const create = loaded.withParameters(parameters);
    return { id, figures: tryPoint(part.history, part.closes, create, simulation) };
  } catch (error) {
    if (!(error instanceof StrategyHookError)) throw error;
    return { id, failure: hookFailure(strategyFile, error).message };
  }
}

function open(period: number): { readonly history: History; readonly closes: DayCloses } {
  const [first, end] = periods[period];
  const part = historyBetween(history, first, end);
  const entry = { history: part, closes: dayCloses(part) };
  opened.set(period, entry);
  return entry;
}
