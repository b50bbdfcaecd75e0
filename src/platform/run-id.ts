// One id for all processes of a run, so that its log lines are found among those of other runs.

/** Set by the orchestrator in the environment of the processes that it starts. */
export const RUN_ID_VARIABLE = 'TICKLINE_RUN_ID';

/** Whether the orchestrator started this process. Its output shares a terminal with that of the others. */
export const IS_PART_OF_RUN = Boolean(process.env[RUN_ID_VARIABLE]);

/** The id of the run; a process that was started alone makes its own. */
export const RUN_ID = process.env[RUN_ID_VARIABLE] || newRunName(new Date());

/** `2026-11-24T15-40-07-1234`: the time, and the process id of the process that made it. */
export function newRunName(now: Date): string {
  return `${now.toISOString().replaceAll(':', '-').replace(/\..*/, '')}-${process.pid}`;
}
