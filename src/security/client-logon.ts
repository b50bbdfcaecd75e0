// A client's side of a logon with a token: it shows its proof only to a server that has proved itself.

import type { KeyObject } from 'node:crypto';
import { TicklineError } from '../platform/errors.ts';
import type { Challenge } from '../protocol/order-messages.ts';
import { LOGON_VERSION } from '../protocol/order-messages.ts';
import { isSameProof, keyOf, newNonce, proofOf } from './logon-proof.ts';

/** The server did not prove that it knows the token. The token was not sent to it. */
export class UnprovedServerError extends TicklineError {
  constructor(name: string, found: string) {
    super(
      `the order port did not prove that it knows the token of ${name} (${found}); another program may have the port, or --tokens of the OrderManager has another token`,
    );
  }
}

export class ClientLogon {
  readonly #type: 'logon' | 'watch';
  readonly #name: string;
  readonly #key: KeyObject;
  #nonce = newNonce();
  #proved = false;

  constructor(type: 'logon' | 'watch', name: string, token: string) {
    this.#type = type;
    this.#name = name;
    this.#key = keyOf(token);
  }

  /** Begins anew, for another connection. Returns the nonce for the first message. */
  begin(): string {
    this.#nonce = newNonce();
    this.#proved = false;
    return this.#nonce;
  }

  /** Checks the server's proof. Returns the client's. @throws UnprovedServerError */
  answer({ version, nonce, proof }: Challenge): string {
    const attempt = { type: this.#type, name: this.#name, clientNonce: this.#nonce, serverNonce: nonce };
    if (version !== LOGON_VERSION)
      throw new UnprovedServerError(this.#name, `version ${version}, expected ${LOGON_VERSION}`);
    if (!isSameProof(proofOf(this.#key, 'server', attempt), proof))
      throw new UnprovedServerError(this.#name, 'its proof is wrong');
    this.#proved = true;
    return proofOf(this.#key, 'client', attempt);
  }

  /** Whether the server of this connection has proved itself. */
  get proved(): boolean {
    return this.#proved;
  }

  /** Call it before a message of the server is believed. @throws UnprovedServerError */
  requireProved(): void {
    if (!this.#proved) throw new UnprovedServerError(this.#name, 'it answered without a proof');
  }
}
