// One id for all that was started together, so that the log lines of a run are found among those of others.

/** Set by the orchestrator, for the processes that it starts. */
export const RUN_ID_VARIABLE = 'TICKLINE_SESSION';

/** The session of the run that this process belongs to; of a process that was started alone, its own. */
export const RUN_ID = process.env[RUN_ID_VARIABLE] || newRunId();

/** `2026-11-24T15-40-07-1234`: when it began, and the first process of it. */
function newRunId(): string {
  return `${new Date().toISOString().replaceAll(':', '-').replace(/\..*/, '')}-${process.pid}`;
}
