// One id for all that was started together, so that the log lines of a run are found among those of others.

/** Set by the orchestrator, for the processes that it starts. */
export const SESSION_VARIABLE = 'TICKLINE_SESSION';

/** The session of the run that this process belongs to; of a process that was started alone, its own. */
export const SESSION = process.env[SESSION_VARIABLE] || newSession();

/** `2026-11-24T15-40-07-1234`: when it began, and the first process of it. */
function newSession(): string {
  return `${new Date().toISOString().replaceAll(':', '-').replace(/\..*/, '')}-${process.pid}`;
}
