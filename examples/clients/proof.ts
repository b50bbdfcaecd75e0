// A logon with a token that never leaves this program, for order.ts and watch.ts: the OrderManager proves first that it
// knows the token, then the client does. docs/protocol.md describes each field.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const VERSION = 1;

export class TokenProof {
  /** For the first message. */
  readonly nonce = randomBytes(16).toString('hex');
  readonly #token: string;
  readonly #type: string;
  readonly #name: string;

  constructor(file: string, type: 'logon' | 'watch', name: string) {
    this.#token = readFileSync(file, 'utf8').trim();
    this.#type = type;
    this.#name = name;
  }

  /** Answers the challenge. Throws if the other side does not know the token. */
  answer(challenge: { version?: unknown; nonce?: unknown; proof?: unknown }): object {
    const { version, nonce, proof } = challenge;
    const isProved = version === VERSION && isEqual(this.#proofOf('server', nonce), String(proof));
    if (!isProved) throw new Error('the other side did not prove that it knows the token');
    return { type: 'proof', proof: this.#proofOf('client', nonce) };
  }

  #proofOf(side: string, serverNonce: unknown): string {
    const lines = [`tickline-logon-${VERSION}`, side, this.#type, this.#name, this.nonce, serverNonce];
    return createHmac('sha256', this.#token).update(lines.join('\n')).digest('hex');
  }
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
