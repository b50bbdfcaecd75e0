// The order port when it requires tokens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newNonce } from '../../src/security/logon-proof.ts';
import { Tokens } from '../../src/security/tokens.ts';
import { prove } from '../security/proving-peer.ts';
import { logon, ORDER, OrderServerStage } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };
const TOKENS = new Tokens([
  ['crossover', 'token of crossover'],
  ['other', 'token of other'],
  ['anonymous', 'token of anonymous'],
  ['watch', 'token of the watchers'],
]);
const CROSSOVER = { type: 'logon', strategy: 'crossover' } as const;
const CHALLENGED = `${JSON.stringify({ ...CROSSOVER, nonce: newNonce() })}*`;
const WRONG_PROOF = `{"type":"proof","proof":"${'0'.repeat(64)}"}*`;

test('a strategy logs on with its own token', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  await prove(peer, CROSSOVER, 'token of crossover', ORDER);
  await peer.untilFrames(3);
  assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
  const anonymous = await stage.connect(t);
  await prove(anonymous, { type: 'logon', strategy: 'anonymous' }, 'token of anonymous', ORDER);
  await anonymous.untilFrames(3);
  assert.deepEqual(stage.logonsRefused, []);
});

const LANE = `01234567.${'a'.repeat(32)}`;

test('a lane is opened when its strategy has proved itself, and not before', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const thief = await stage.connect(t);
  await prove(thief, { ...CROSSOVER, lane: LANE }, 'token of other', ORDER);
  await thief.untilClosed();
  const bare = await stage.connect(t);
  bare.send(`${JSON.stringify({ ...CROSSOVER, lane: LANE })}*`);
  await bare.untilClosed();
  assert.deepEqual([stage.lanes, stage.orders], [[], []]);
  const owner = await stage.connect(t);
  await prove(owner, { ...CROSSOVER, lane: LANE }, 'token of crossover', ORDER);
  await owner.untilFrames(3);
  assert.deepEqual(stage.lanes, [`crossover ${LANE}`]);
  assert.equal(owner.messages[1]?.lane, true);
  assert.equal(owner.messages[2]?.reason, 'order: this client orders by its lane');
});

for (const [what, fields, token] of [
  ['the wrong token', CROSSOVER, 'token of crossove'],
  ["another strategy's token", CROSSOVER, 'token of other'],
  ['an unknown name', { type: 'logon', strategy: 'stranger' }, 'token of crossover'],
  ['the name and token of the watchers', { type: 'logon', strategy: 'watch' }, 'token of the watchers'],
  ["a watch with a strategy's token", { type: 'watch' }, 'token of crossover'],
] as const) {
  test(`a client that proves itself with ${what} is disconnected and trades nothing`, LIMIT, async (t) => {
    const stage = await OrderServerStage.open(t, { tokens: TOKENS });
    const peer = await stage.connect(t);
    await prove(peer, fields, token, ORDER);
    await peer.untilClosed();
    const reason = `${fields.type}: unknown name or wrong token`;
    assert.deepEqual(peer.messages.at(-1), { type: 'error', reason });
    assert.deepEqual([stage.orders, stage.logons, stage.logonsRefused], [[], [], [reason]]);
    assert.deepEqual([stage.badFrames, stage.cutOff, stage.clients], [[], [], 0]);
  });
}

for (const [what, first, reason] of [
  ['a token in the clear', logon('crossover', 'token of crossover'), /^logon: a token in the clear; replace/],
  [
    'a watch with a token',
    '{"type":"watch","token":"token of the watchers"}*',
    /^watch: a token in the clear/,
  ],
  ['no nonce', logon('crossover'), /^logon: this port requires tokens: send a nonce/],
  ['a watch without a nonce', '{"type":"watch"}*', /^watch: this port requires tokens/],
  ['an order', ORDER, /^order: this port requires a logon/],
  ['a proof', WRONG_PROOF, /^proof: expected a logon/],
  ['an order after its challenge', CHALLENGED + ORDER, /^order: this port requires a logon/],
  ['two logons', CHALLENGED + CHALLENGED, /^logon: expected a proof/],
  ['a proof of nothing', CHALLENGED + WRONG_PROOF, /^logon: unknown name or wrong token/],
] as const) {
  test(`a client that begins with ${what} is disconnected and trades nothing`, LIMIT, async (t) => {
    const stage = await OrderServerStage.open(t, { tokens: TOKENS });
    const peer = await stage.connect(t);
    peer.send(first + ORDER + logon('crossover', 'token of crossover') + ORDER);
    await peer.untilClosed();
    assert.match(String(peer.messages.at(-1)?.reason), reason);
    assert.deepEqual([stage.orders, stage.logons], [[], []]);
    assert.equal(
      stage.logonsRefused.length,
      1 + Number(first.startsWith(CHALLENGED) && !first.includes('proof')),
    );
    assert.ok(!stage.logonsRefused.join().includes('token of'), 'the reason contains no token');
  });
}

test('a client that leaves without a proof is counted: its token may be another one', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(CHALLENGED);
  await peer.untilFrames(1);
  peer.destroy();
  await stage.untilRefused(1);
  assert.match(stage.logonsRefused[0] ?? '', /left without a proof/);
});

test('an unknown name gets a challenge like a known one', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(`${JSON.stringify({ type: 'logon', strategy: 'stranger', nonce: newNonce() })}*`);
  await peer.untilFrames(1);
  const [{ type, version, nonce, proof } = {}] = peer.messages;
  assert.deepEqual([type, version], ['challenge', 1]);
  assert.match(`${nonce} ${proof}`, /^[0-9a-f]{32} [0-9a-f]{64}$/);
});

test('a client that knows only the name cannot disconnect a strategy', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  await prove(peer, CROSSOVER, 'token of crossover');
  await peer.untilFrames(2);
  const thief = await stage.connect(t);
  await prove(thief, CROSSOVER, 'token of other');
  await thief.untilClosed();
  peer.send(ORDER);
  await peer.untilFrames(3);
  assert.deepEqual(stage.cutOff, []);

  const second = await stage.connect(t);
  await prove(second, CROSSOVER, 'token of crossover');
  await peer.untilClosed();
  assert.deepEqual(stage.cutOff, ['crossover logged on again']);
});

test('a watcher with its token gets copies', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const watcher = await stage.connect(t);
  await prove(watcher, { type: 'watch', last: 0 }, 'token of the watchers');
  await watcher.untilFrames(2);
  const trader = await stage.connect(t);
  await prove(trader, CROSSOVER, 'token of crossover', ORDER);
  await watcher.untilReceived('"strategy":"crossover"');
});
