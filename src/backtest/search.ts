// Finds parameters: sweeps the whole data, or each training period of a walk-forward.

import type { SweepRange } from '../settings/sweep-types.ts';
import type { Prepared } from './prepare.ts';
import { gridOf } from './sweep/grid.ts';
import { Progress } from './sweep/progress.ts';
import { runTasks } from './sweep/run-tasks.ts';
import { type SweepResult, sweepResult } from './sweep/sweep.ts';

/**
 * One sweep per period, a period being its first row and its end.
 * @throws SweepTooLargeError, SweepFailedError, StrategyParameterError
 */
export async function sweepPeriods(
  { loaded, given, history, simulation }: Prepared,
  ranges: readonly SweepRange[],
  periods: readonly (readonly [number, number])[],
): Promise<SweepResult[]> {
  const points = gridOf(ranges, loaded, given);
  const tasks = periods.flatMap((_, period) =>
    points.map(({ parameters }, index) => ({ id: period * points.length + index, period, parameters })),
  );
  const progress = new Progress(tasks.length);
  try {
    const work = { history, strategyFile: loaded.file, simulation, periods };
    const figures = await runTasks(work, tasks, (done) => progress.update(done));
    return periods.map((_, period) =>
      sweepResult(ranges, points, figures.slice(period * points.length, (period + 1) * points.length)),
    );
  } finally {
    progress.end();
  }
}
