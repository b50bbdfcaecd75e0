// Assertions of the domain, which imports nothing.

/** Thrown when the code breaks one of its own invariants: a programming error, never bad input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** @throws InvariantError unless `condition` holds */
export function assertInvariant(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new InvariantError(invariant);
}
