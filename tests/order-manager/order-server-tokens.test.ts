// The order port when it requires tokens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tokens } from '../../src/security/tokens.ts';
import { logon, ORDER, OrderServerStage } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };
const TOKENS = new Tokens([
  ['crossover', 'token of crossover'],
  ['other', 'token of other'],
  ['anonymous', 'token of anonymous'],
  ['watch', 'token of the watchers'],
]);

test('a strategy logs on with its own token', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'token of crossover') + ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
  const anonymous = await stage.connect(t);
  anonymous.send(logon('anonymous', 'token of anonymous') + ORDER);
  await anonymous.untilFrames(2);
  assert.deepEqual(stage.logonsRefused, []);
});

for (const [what, first] of [
  ['the wrong token', logon('crossover', 'token of crossove')],
  ["another strategy's token", logon('crossover', 'token of other')],
  ['no token', logon('crossover')],
  ['an unknown name', logon('stranger', 'token of crossover')],
  ['the name and token of the watchers', logon('watch', 'token of the watchers')],
  ['an order', ''],
  ['a watch without a token', '{"type":"watch"}*'],
  ["a watch with a strategy's token", '{"type":"watch","token":"token of crossover"}*'],
] as const) {
  test(`a client that begins with ${what} is disconnected and trades nothing`, LIMIT, async (t) => {
    const stage = await OrderServerStage.open(t, { tokens: TOKENS });
    const peer = await stage.connect(t);
    peer.send(first + ORDER + logon('crossover', 'token of crossover') + ORDER);
    await peer.untilClosed();
    assert.deepEqual([stage.orders, stage.logons], [[], []]);
    assert.equal(stage.logonsRefused.length, 1);
    assert.deepEqual([stage.badFrames, stage.cutOff, stage.clients], [[], [], 0]);
    for (const token of ['token of crossove', 'token of other'])
      assert.ok(!stage.logonsRefused[0]?.includes(token), 'the reason contains no token');
  });
}

test('a refused client gets the reason', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'no'));
  await peer.untilClosed();
  assert.deepEqual(peer.messages, [{ type: 'error', reason: 'logon: unknown name or wrong token' }]);
});

test('a client that knows only the name cannot disconnect a strategy', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'token of crossover'));
  await peer.untilFrames(1);
  const thief = await stage.connect(t);
  thief.send(logon('crossover', 'token of other'));
  await thief.untilClosed();
  peer.send(ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.cutOff, []);

  const second = await stage.connect(t);
  second.send(logon('crossover', 'token of crossover'));
  await peer.untilClosed();
  assert.deepEqual(stage.cutOff, ['crossover logged on again']);
});

test('a watcher with its token gets copies', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t, { tokens: TOKENS });
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":0,"token":"token of the watchers"}*');
  await watcher.untilFrames(1);
  const trader = await stage.connect(t);
  trader.send(logon('crossover', 'token of crossover') + ORDER);
  await watcher.untilReceived('"strategy":"crossover"');
});
