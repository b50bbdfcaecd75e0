// The names that can log on to the order port, and the tokens that prove them.

import { type KeyObject, randomBytes } from 'node:crypto';
import { isSameProof, keyOf, type LogonAttempt, proofOf } from './logon-proof.ts';

/** The name whose token allows a client to watch. No strategy can have it. */
export const WATCHER = 'watch';

export class Tokens {
  readonly #keys = new Map<string, KeyObject>();
  /** Proves unknown names, so that the answer is like that for a known one. */
  readonly #unknownKey = keyOf(randomBytes(32).toString('hex'));

  constructor(tokens: Iterable<readonly [name: string, token: string]>) {
    for (const [name, token] of tokens) this.#keys.set(name, keyOf(token));
  }

  /** The server's proof, for a client that wants to know whom it talks to. */
  serverProof(attempt: LogonAttempt): string {
    return proofOf(this.#keyFor(attempt), 'server', attempt);
  }

  /** Whether the client has proved that it knows the token of its name. */
  accepts(attempt: LogonAttempt, clientProof: string): boolean {
    return isSameProof(proofOf(this.#keyFor(attempt), 'client', attempt), clientProof);
  }

  /** A strategy cannot have the watchers' name, nor a watcher a strategy's. */
  #keyFor({ type, name }: LogonAttempt): KeyObject {
    const mayUse = (type === 'watch') === (name === WATCHER);
    return (mayUse ? this.#keys.get(name) : undefined) ?? this.#unknownKey;
  }
}
