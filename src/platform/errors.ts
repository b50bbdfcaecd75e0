// The root of every error that Tickline throws on purpose.

/**
 * An error whose message is written for the person who has to act on it: what was expected, what was
 * found, what to do. The command line prints its message without a stack trace.
 */
export abstract class TicklineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }

  /** What the process exits with: 2 where trying again cannot help (a wrong option, a port in use). */
  get exitStatus(): 1 | 2 {
    return 1;
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
