// The order port with TLS and tokens: strategies with a token trade, others are refused, and no secret is
// visible anywhere.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Authority } from '../certificates.ts';
import { TOKENS, tokenFile, tokenOf, tokensOf } from '../end-to-end/guarded-stack.ts';
import { openStack } from '../end-to-end/stack.ts';
import { prove } from '../security/proving-peer.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const GATEWAY = ['--loop', '--rate', '5000', '--news-every', '20ms'];

/** An address of this machine that other machines can reach, if it has one. */
function outerAddress(): string | undefined {
  const all = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
}

/** All that a process shows to others or leaves in the stack's folder, except the token files themselves. */
function shownBy(stack: Stack, started: StartedProcess): string {
  const ofProcesses = started.group.flatMap((pid) => [
    fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    fs.readFileSync(`/proc/${pid}/environ`, 'utf8'),
  ]);
  const files = fs
    .readdirSync(stack.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^tokens\.json$|\.token$/.test(entry.name));
  const left = files.map(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name), 'latin1'));
  return [...ofProcesses, ...left, started.stdout, started.stderr].join('\n');
}

async function orderManager(t: TestContext, ...options: readonly string[]): Promise<Stack> {
  const stack = await openStack(t);
  stack.start('order-manager', ...tokensOf(stack), ...options);
  await stack.untilServed(stack.orderPort);
  return stack;
}

test(
  'a whole run trades through TLS with tokens and client certificates, and reveals no secret',
  LIMIT,
  async (t) => {
    const authority = Authority.make(t);
    if (!authority) return;
    const stack = await openStack(t);
    const address = outerAddress();
    const names = ['DNS:localhost', ...(address === undefined ? [] : [`IP:${address}`])];
    const [manager, client] = [authority.sign('manager', ...names), authority.sign('client', 'DNS:client')];
    const run = stack.start(
      'run',
      ...GATEWAY,
      ...['--order-host', address ?? '0.0.0.0'],
      ...tokensOf(stack),
      ...tokenOf(stack, 'crossover'),
      ...['--dashboard', '--dashboard-port', '0', '--watch-token-file', tokenFile(stack, 'watch')],
      ...['--tls-cert', manager.cert, '--tls-key', manager.key, '--tls-ca', authority.cert],
      ...[
        '--tls-client-ca',
        authority.cert,
        '--tls-client-cert',
        client.cert,
        '--tls-client-key',
        client.key,
      ],
    );
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 50);
    await stack.until('the dashboard watches too', () => stack.counter('order-manager.clients') === 2);
    assert.equal(stack.counter('order-manager.logonsRefused'), 0);
    const shown = shownBy(stack, run);
    for (const token of Object.values(TOKENS)) assert.ok(!shown.includes(token));
    run.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
    const { orders } = stack.summary();
    assert.deepEqual([orders.received, orders.filled], [orders.sent, orders.sent]);
    assert.equal(stack.orders().length, orders.sent);
    assert.deepEqual(await stack.leftovers(), []);
  },
);

test('0.0.0.0 is allowed with TLS and tokens, and refused without', LIMIT, async (t) => {
  const authority = Authority.make(t);
  if (!authority) return;
  const stack = await openStack(t);
  const { cert, key } = authority.sign('manager', 'DNS:localhost');
  for (const command of ['order-manager', 'strategy', 'run'] as const) {
    const refused = stack.start(command, '--host', '0.0.0.0');
    assert.deepEqual(await stack.untilExited(refused), { status: 2, signal: null });
    assert.match(
      refused.stderr,
      new RegExp(`^tickline ${command}: --host 0\\.0\\.0\\.0 is not a loopback address: [^\\n]+\\n$`),
    );
  }
  assert.deepEqual(await stack.leftovers(), []);
  stack.start('order-manager', '--host', '0.0.0.0', ...tokensOf(stack), '--tls-cert', cert, '--tls-key', key);
  await stack.untilServed(stack.orderPort);
});

test(
  'tokens are checked on loopback too: the right one trades, a wrong one is refused and counted',
  LIMIT,
  async (t) => {
    const stack = await orderManager(t);
    stack.start('orderbook');
    stack.start('gateway', ...GATEWAY);
    const thief = stack.start('strategy', ...tokenOf(stack, 'other'));
    await stack.until(
      'it is refused, and tries again, because the tokens may be corrected',
      () => stack.counter('order-manager.logonsRefused') > 1,
    );
    thief.signal('SIGINT');
    await stack.untilExited(thief);
    assert.deepEqual(stack.orders(), []);

    stack.start('strategy', ...tokenOf(stack, 'crossover'));
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 5);
  },
);

test('a stolen name without its token cannot trade, and does not disconnect its owner', LIMIT, async (t) => {
  const stack = await orderManager(t);
  const order = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*';
  const clear = (strategy: string, token: string) => `${JSON.stringify({ type: 'logon', strategy, token })}*`;
  const logon = (strategy: string) => ({ type: 'logon', strategy }) as const;
  const owner = await Peer.connect(t, stack.orderPort);
  await prove(owner, logon('crossover'), TOKENS.crossover, order);
  await owner.untilFrames(3);
  for (const attempt of [
    (thief: Peer) => thief.send(order),
    (thief: Peer) => thief.send(clear('crossover', TOKENS.crossover) + order),
    (thief: Peer) => prove(thief, logon('crossover'), TOKENS.other, order),
    (thief: Peer) => prove(thief, logon('watch'), TOKENS.watch, order),
    (thief: Peer) => prove(thief, { type: 'watch' }, TOKENS.crossover),
  ]) {
    const thief = await Peer.connect(t, stack.orderPort);
    await attempt(thief);
    await thief.untilClosed();
    assert.equal(thief.messages.at(-1)?.type, 'error');
  }
  owner.send(order);
  await owner.untilFrames(4);
  assert.equal(owner.closed, false);
  assert.deepEqual(
    stack.orders().map(({ strategy }) => strategy),
    ['crossover', 'crossover'],
  );
});

test(
  'a lane is handed out after a logon by token, and not for a wrong one; a whole run trades by it',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const shared = ['--order-path', 'shared'];
    const run = stack.start('run', ...GATEWAY, ...shared, ...tokensOf(stack), ...tokenOf(stack, 'crossover'));
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 50);
    assert.equal(stack.counter('order-manager.lanes'), 1);
    const thief = stack.start(
      'strategy',
      '--strategy-name',
      'other',
      ...shared,
      ...tokenOf(stack, 'example'),
    );
    await stack.until('the thief is refused', () => stack.counter('order-manager.logonsRefused') > 0);
    assert.equal(stack.counter('order-manager.lanes'), 1);
    thief.signal('SIGINT');
    await stack.untilExited(thief);
    run.signal('SIGINT');
    assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
    const orders = stack.orders();
    assert.deepEqual([...new Set(orders.map(({ strategy }) => strategy))], ['crossover']);
    assert.equal(orders.length, stack.summary().orders.sent);
    assert.deepEqual(await stack.leftovers(), []);
  },
);
