// The root of every error that Tickline throws on purpose.

/**
 * An error whose message tells the user what was found, what was expected, and what to do, in one line. The
 * command line prints the message without a stack trace.
 */
export abstract class TicklineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** The exit status of the process. */
  get exitStatus(): 1 | 2 {
    return 1;
  }
}

/**
 * An error that a retry cannot fix: a wrong option, a port in use. The user has to change something first.
 */
export abstract class UsageError extends TicklineError {
  override get exitStatus(): 2 {
    return 2;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of an error of Node's (`ENOENT`, `EADDRINUSE`), or undefined. */
export function codeOf(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return undefined;
}
