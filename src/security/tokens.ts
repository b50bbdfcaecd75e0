// The names that can log on to the order port, and the tokens that prove them.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The name whose token allows a client to watch. No strategy can have it. */
export const WATCHER = 'watch';

/** Keeps digests of the tokens, not the tokens. */
export class Tokens {
  readonly #digests = new Map<string, Buffer>();
  /** Compared with the token of an unknown name, so that the answer lasts as long as for a known one. */
  readonly #unknownDigest = randomBytes(32);

  constructor(tokens: Iterable<readonly [name: string, token: string]>) {
    for (const [name, token] of tokens) this.#digests.set(name, digestOf(token));
  }

  /** Whether the token belongs to the name. Its duration reveals nothing about either. */
  prove(name: string, token: string | undefined): boolean {
    const isRight = timingSafeEqual(digestOf(token ?? ''), this.#digests.get(name) ?? this.#unknownDigest);
    return isRight && token !== undefined;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
