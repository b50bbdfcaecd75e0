// A session with a token: it tells a server that does not prove itself nothing, and believes it nothing.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DropCopy } from '../../src/dashboard/drop-copy.ts';
import { encodeMessage } from '../../src/protocol/order-codec.ts';
import type { Logon } from '../../src/protocol/order-messages.ts';
import { newNonce } from '../../src/security/logon-proof.ts';
import { Tokens } from '../../src/security/tokens.ts';
import { OrderSession } from '../../src/strategy/order-session.ts';
import { PendingOrders } from '../../src/strategy/pending-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { Listener } from '../transport/listener.ts';
import { HOST, type Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 60_000 };
const TOKEN = 'token of crossover';
const ACK = encodeMessage({ type: 'logonAck', strategy: 'crossover', positions: [] });

/** A session that is trusted with a token, and what it reported. */
function observe(t: TestContext, port: number) {
  const seen = { positions: 0, downs: [] as string[], namesInUse: 0 };
  const pending = PendingOrders.open(join(temporaryFolder(t), 'x.outbox'));
  const session = new OrderSession(
    { host: HOST, port, strategy: 'crossover', pending, token: TOKEN },
    {
      onPositions: () => seen.positions++,
      onReport: () => {},
      onResent: () => {},
      onConnected: () => {},
      onNameInUse: () => seen.namesInUse++,
      onDown: (reason) => seen.downs.push(reason),
      onBadFrame: () => {},
    },
  );
  t.after(() => session.stop());
  session.start();
  return { seen, session };
}

function challenge(tokens: Tokens, { strategy, nonce = '' }: Logon): string {
  const serverNonce = newNonce();
  const proof = tokens.serverProof({ type: 'logon', name: strategy, clientNonce: nonce, serverNonce });
  return encodeMessage({ type: 'challenge', version: 1, nonce: serverNonce, proof });
}

async function logonOf(peer: Peer): Promise<Logon> {
  await peer.untilFrames(1);
  return peer.messages[0] as unknown as Logon;
}

for (const [what, answer] of [
  ['acknowledges', () => ACK],
  ['proves another token', (logon: Logon) => challenge(new Tokens([['crossover', 'other']]), logon) + ACK],
  [
    'says that the name is in use',
    () => encodeMessage({ type: 'error', reason: 'logon: NAME_IN_USE' }) + ACK,
  ],
] as const) {
  test(`a server that only ${what} is not believed, and sees neither token nor proof`, LIMIT, async (t) => {
    const listener = await Listener.open(t);
    const { seen, session } = observe(t, listener.port);
    await until('it connects', () => listener.peers.length > 0);
    const { peer } = listener;
    peer.send(answer(await logonOf(peer)));
    await until('it gives up', () => seen.downs.length > 0);
    assert.match(seen.downs[0] ?? '', /^the order port did not prove that it knows the token of crossover/);
    assert.deepEqual([session.loggedOn, seen.positions, seen.namesInUse], [false, 0, 0]);
    assert.equal(peer.frames.length, 1);
    assert.ok(!peer.received.includes(TOKEN));
  });
}

test('a server that proves the token gets the proof, and is believed', LIMIT, async (t) => {
  const listener = await Listener.open(t);
  const { session } = observe(t, listener.port);
  await until('it connects', () => listener.peers.length > 0);
  const { peer } = listener;
  const tokens = new Tokens([['crossover', TOKEN]]);
  peer.send(challenge(tokens, await logonOf(peer)));
  await peer.untilFrames(2);
  assert.equal(peer.messages[1]?.type, 'proof');
  peer.send(ACK);
  await until('it is logged on', () => session.loggedOn);
  assert.ok(!peer.received.includes(TOKEN));
});

test('a dashboard shows nothing of a server that does not prove itself', LIMIT, async (t) => {
  const listener = await Listener.open(t, (peer) =>
    peer.send(encodeMessage({ type: 'watchAck', positions: [], lastOrderId: 7 })),
  );
  const shown: string[] = [];
  const copy = new DropCopy(
    { host: HOST, port: listener.port, last: 10, token: 'token of the watchers' },
    {
      onPositions: () => shown.push('positions'),
      onReport: () => shown.push('report'),
      onHalts: () => {},
      onDown: () => {},
      onBadFrame: (reason) => shown.push(reason),
    },
  );
  t.after(() => copy.stop());
  copy.start();
  await until('it asks again', () => listener.peers.length > 1);
  for (const reason of shown) assert.match(reason, /^the order port did not prove/);
  assert.ok(!listener.peers[0]?.received.includes('token of the watchers'));
});
