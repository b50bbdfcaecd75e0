// The names that may log on to the order port, and what each proves itself with.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** The name whose token lets a client watch. No strategy has it. */
export const WATCHER = 'watch';

/** Names and the digests of their tokens; the tokens themselves are not kept. */
export class Tokens {
  readonly #digests = new Map<string, Buffer>();
  /** What a name that is not there is compared with, so that the answer takes as long. */
  readonly #nobodys = randomBytes(32);

  constructor(tokens: Iterable<readonly [name: string, token: string]>) {
    for (const [name, token] of tokens) this.#digests.set(name, digestOf(token));
  }

  /** Whether the token is that of the name. The time it takes tells nothing of either. */
  prove(name: string, token: string | undefined): boolean {
    const isRight = timingSafeEqual(digestOf(token ?? ''), this.#digests.get(name) ?? this.#nobodys);
    return isRight && token !== undefined;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
