// Which clients of the order port have proved their names, where it requires tokens.

import type { Challenge, ClientMessage, Logon, Proof, Watch } from '../protocol/order-messages.ts';
import { LOGON_VERSION } from '../protocol/order-messages.ts';
import { type LogonAttempt, newNonce } from '../security/logon-proof.ts';
import { type Tokens, WATCHER } from '../security/tokens.ts';
import type { ServerClient } from '../transport/server-client.ts';

/** What a message of a client that has proved nothing yet leads to. */
export type Verdict =
  | { readonly kind: 'refused'; readonly reason: string }
  /** The message to send: the server's proof, and the question to the client. */
  | { readonly kind: 'challenged'; readonly challenge: Challenge }
  /** The first message, whose name is now proved. */
  | { readonly kind: 'proved'; readonly message: Logon | Watch };

interface Challenged {
  readonly message: Logon | Watch;
  readonly attempt: LogonAttempt;
}

const SEE = 'see "Tokens and TLS" in docs/protocol.md';

export class ClientProofs {
  readonly #tokens: Tokens;
  readonly #challenged = new Map<ServerClient, Challenged>();

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  onMessage(client: ServerClient, message: ClientMessage): Verdict {
    switch (message.type) {
      case 'logon':
      case 'watch':
        return this.#challenge(client, message);
      case 'proof':
        return this.#check(client, message);
      default:
        return refused('order: this port requires a logon with a token first');
    }
  }

  /** Forgets a client. Returns whether it has left without an answer to its challenge. */
  forget(client: ServerClient): boolean {
    return this.#challenged.delete(client);
  }

  #challenge(client: ServerClient, message: Logon | Watch): Verdict {
    const { type, token, nonce } = message;
    if (token !== undefined)
      return refused(`${type}: a token in the clear; replace that token, and send a nonce instead, ${SEE}`);
    if (nonce === undefined) return refused(`${type}: this port requires tokens: send a nonce, ${SEE}`);
    if (this.#challenged.has(client)) return refused(`${type}: expected a proof`);
    const name = message.type === 'logon' ? message.strategy : WATCHER;
    const attempt = { type, name, clientNonce: nonce, serverNonce: newNonce() };
    this.#challenged.set(client, { message, attempt });
    const proof = this.#tokens.serverProof(attempt);
    const version = LOGON_VERSION;
    return {
      kind: 'challenged',
      challenge: { type: 'challenge', version, nonce: attempt.serverNonce, proof },
    };
  }

  #check(client: ServerClient, { proof }: Proof): Verdict {
    const challenged = this.#challenged.get(client);
    if (!challenged) return refused('proof: expected a logon or watch first');
    this.#challenged.delete(client);
    const { attempt, message } = challenged;
    // An unknown name and a wrong token get the same answer, so that guessing teaches nothing.
    if (!this.#tokens.accepts(attempt, proof)) return refused(`${attempt.type}: unknown name or wrong token`);
    return { kind: 'proved', message };
  }
}

function refused(reason: string): Verdict {
  return { kind: 'refused', reason };
}
