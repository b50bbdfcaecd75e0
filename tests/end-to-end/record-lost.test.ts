// The record is removed while it is in use: no order is reported as filled after that, and nobody takes it for a success.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 180_000 };
const FAILED = { status: 1, signal: null };

test(
  'after rm of the record every order is refused, and the OrderManager ends with status 1',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const manager = stack.start('order-manager');
    await stack.untilServed(stack.orderPort);
    const client = await Peer.connect(t, stack.orderPort);
    const order = (clOrdId: string) =>
      client.send(`{"symbol":"AAPL","side":"BUY","quantity":10,"price":100,"clOrdId":"${clOrdId}"}*`);
    order('1');
    await client.untilFrames(1);
    assert.equal(client.messages[0].status, 'FILLED');
    fs.rmSync(stack.ordersDb);
    order('2');
    await client.untilFrames(2);
    assert.match(
      String(client.messages[1].reason),
      /^RECORD_UNAVAILABLE cause="the order record was removed/,
    );
    await stack.until('it is logged', () => manager.stdout.includes('was removed or moved'));
    manager.signal('SIGTERM');
    assert.deepEqual(await stack.untilExited(manager), FAILED);
    assert.equal(manager.stdout.match(/put the record back/g)?.length, 1);
    assert.ok(!fs.existsSync(`${stack.ordersDb}-wal`) || !fs.existsSync(stack.ordersDb));
  },
);

test('a run whose folder is removed fills no more orders, and ends with status 1', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.startInFolder('run', '--loop', '--rate', '2000', '--news-every', '20ms');
  await stack.until('orders are filled', () => stack.counter('order-manager.ordersFilled') > 5);
  fs.rmSync(path.join(stack.folder, 'runs'), { recursive: true });
  const lost = /the (?:order record|journal) was removed or moved/; // whichever is missed first
  await stack.until(
    'both losses are logged',
    () => lost.test(run.stdout) && run.stdout.includes('the outbox was removed or moved'),
  );
  run.signal('SIGTERM');
  assert.deepEqual(await stack.untilExited(run), FAILED, run.stderr);
  assert.match(run.stderr, /exited with status 1 when the run stopped it/);
  assert.match(run.stdout, /Does not add up +positions and P&L are missing: /);
  assert.match(run.stdout, /Orders +sent [\d,]+, received/);
  assert.doesNotMatch(run.stdout.slice(run.stdout.search(lost)), /Received Order/);
});
