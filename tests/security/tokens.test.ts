// A token proves a name in both directions, and never leaves either side.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOGON_VERSION } from '../../src/protocol/order-messages.ts';
import { ClientLogon, UnprovedServerError } from '../../src/security/client-logon.ts';
import { keyOf, type LogonAttempt, newNonce, proofOf } from '../../src/security/logon-proof.ts';
import { Tokens } from '../../src/security/tokens.ts';
import fc from '../property.ts';

const TOKENS = new Tokens([
  ['one', 'token of one'],
  ['two', 'token of two'],
  ['watch', 'token of the watchers'],
]);

function attemptOf(name: string, type: LogonAttempt['type'] = 'logon'): LogonAttempt {
  return { type, name, clientNonce: newNonce(), serverNonce: newNonce() };
}

function isAccepted(name: string, token: string, type: LogonAttempt['type'] = 'logon'): boolean {
  const attempt = attemptOf(name, type);
  return TOKENS.accepts(attempt, proofOf(keyOf(token), 'client', attempt));
}

test('only its own token proves a name', () => {
  assert.equal(isAccepted('one', 'token of one'), true);
  assert.equal(isAccepted('two', 'token of two'), true);
  assert.equal(isAccepted('one', 'token of two'), false);
  fc.assert(
    fc.property(fc.constantFrom('one', 'two', 'three', '', '__proto__'), fc.string(), (name, token) => {
      assert.equal(isAccepted(name, token), false);
    }),
  );
});

test("the watchers' token watches and does not trade, and a strategy's does not watch", () => {
  assert.equal(isAccepted('watch', 'token of the watchers', 'watch'), true);
  assert.equal(isAccepted('watch', 'token of the watchers'), false);
  assert.equal(isAccepted('one', 'token of one', 'watch'), false);
});

test('a proof is an HMAC that any language can make', () => {
  const attempt = {
    type: 'logon',
    name: 'me',
    clientNonce: '0'.repeat(32),
    serverNonce: 'f'.repeat(32),
  } as const;
  // python3: hmac.new(b'token of me', b'tickline-logon-1\nserver\nlogon\nme\n000...\nfff...', hashlib.sha256)
  assert.equal(
    proofOf(keyOf('token of me'), 'server', attempt),
    'cafe1a7b529d5b1414b8d74e155d5f22851dcc8b2b34e8c514d0097e513b82d9',
  );
});

test('a proof is worth nothing for the other side, another name, another nonce or another purpose', () => {
  const attempt = attemptOf('one');
  const own = proofOf(keyOf('token of one'), 'client', attempt);
  assert.equal(TOKENS.accepts(attempt, own), true);
  assert.equal(TOKENS.accepts(attempt, TOKENS.serverProof(attempt)), false);
  for (const other of [
    { ...attempt, name: 'two' },
    { ...attempt, type: 'watch' as const },
    { ...attempt, clientNonce: newNonce() },
    { ...attempt, serverNonce: newNonce() },
  ])
    assert.equal(TOKENS.accepts(other, own), false);
});

test('a client answers a server that knows its token, and no other', () => {
  const client = new ClientLogon('logon', 'one', 'token of one');
  const challengeOf = (tokens: Tokens, version = LOGON_VERSION) => {
    const attempt = { ...attemptOf('one'), clientNonce: client.begin() };
    const proof = tokens.serverProof(attempt);
    return { attempt, challenge: { type: 'challenge', version, nonce: attempt.serverNonce, proof } as const };
  };
  const right = challengeOf(TOKENS);
  assert.equal(client.proved, false);
  assert.equal(TOKENS.accepts(right.attempt, client.answer(right.challenge)), true);
  client.requireProved();
  for (const { challenge } of [challengeOf(new Tokens([])), challengeOf(TOKENS, 2)])
    assert.throws(() => client.answer(challenge), UnprovedServerError);
  client.begin();
  assert.throws(() => client.answer(right.challenge), UnprovedServerError, 'an old challenge is no proof');
  assert.throws(() => client.requireProved(), UnprovedServerError);
});
