// A client of the order port that logs on with a token, right or wrong.

import type { Challenge } from '../../src/protocol/order-messages.ts';
import { keyOf, newNonce, proofOf } from '../../src/security/logon-proof.ts';
import type { Peer } from '../transport/peer.ts';

/**
 * Answers the challenge with the proof of `token`, without asking whether the server's is right, and sends `next`.
 * @param fields of the first message
 */
export async function prove(
  peer: Peer,
  fields: { type: 'logon'; strategy: string; lane?: string } | { type: 'watch'; last?: number },
  token: string,
  next = '',
): Promise<void> {
  const nonce = newNonce();
  const before = peer.frames.length;
  peer.send(`${JSON.stringify({ ...fields, nonce })}*`);
  await peer.untilFrames(before + 1);
  const challenge = peer.messages[before] as unknown as Challenge;
  if (challenge.type !== 'challenge') return; // it was refused
  const name = fields.type === 'logon' ? fields.strategy : 'watch';
  const attempt = { type: fields.type, name, clientNonce: nonce, serverNonce: challenge.nonce };
  peer.send(`${JSON.stringify({ type: 'proof', proof: proofOf(keyOf(token), 'client', attempt) })}*${next}`);
}
