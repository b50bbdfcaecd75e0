// Proves on both sides of a connection that they know the same token, without sending it. The server proves itself
// first, so a program that has taken its port learns nothing from a client.
//
//    client ── name, nonce ──▶ server
//    client ◀─ nonce, proof ── server      each proof is an HMAC of both nonces, the name and the direction
//    client ── proof ────────▶ server

import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { LOGON_VERSION } from '../protocol/order-messages.ts';

/** 128 random bits. */
const NONCE_BYTES = 16;

/** What both sides know of a logon. */
export interface LogonAttempt {
  /** The type of the client's first message. */
  readonly type: 'logon' | 'watch';
  /** The name whose token proves the client. */
  readonly name: string;
  readonly clientNonce: string;
  readonly serverNonce: string;
}

/** A number that is used once, in hexadecimal. */
export function newNonce(): string {
  return randomBytes(NONCE_BYTES).toString('hex');
}

/** A token as a key. Logs do not show it. */
export function keyOf(token: string): KeyObject {
  return createSecretKey(token, 'utf8');
}

/** HMAC-SHA256 in hexadecimal. `side` is the one that proves itself: the proof of one is worthless for the other. */
export function proofOf(key: KeyObject, side: 'client' | 'server', attempt: LogonAttempt): string {
  const { type, name, clientNonce, serverNonce } = attempt;
  const lines = [`tickline-logon-${LOGON_VERSION}`, side, type, name, clientNonce, serverNonce];
  return createHmac('sha256', key).update(lines.join('\n')).digest('hex');
}

/** Whether the proofs are equal. Its duration reveals nothing about the expected one. */
export function isSameProof(expected: string, found: string): boolean {
  const [a, b] = [Buffer.from(expected, 'latin1'), Buffer.from(found, 'latin1')];
  return a.length === b.length && timingSafeEqual(a, b);
}
