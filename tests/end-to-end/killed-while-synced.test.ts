// The OrderManager is killed while it puts large groups of orders on the disk.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';

const ORDERS = 4_000;
const KILLS = 3;
const FRAMES = Array.from({ length: ORDERS }, (_, index) =>
  orderFrame(`burst.1-${index + 1}`, index % 2 === 0 ? 'BUY' : 'SELL'),
);

function orderFrame(clOrdId: string, side: string): string {
  return `${JSON.stringify({ type: 'order', symbol: 'AAPL', side, quantity: 1, price: 10, clOrdId })}*`;
}

test('no order of a large group is lost after its report, or executed twice', {
  timeout: 240_000,
}, async (t) => {
  const stack = await openStack(t, 'on');
  /** The client order id of each order that was reported, by its order id. */
  const reported = new Map<unknown, unknown>();
  const noteReports = ({ messages }: Peer) => {
    for (const { orderId, clOrdId, type } of messages) {
      if (type !== 'report') continue;
      assert.equal(reported.get(orderId) ?? clOrdId, clOrdId);
      reported.set(orderId, clOrdId);
    }
  };
  for (let life = 1; life <= KILLS + 1; life++) {
    const manager = stack.start('order-manager');
    await stack.untilServed(stack.orderPort);
    const client = await Peer.connect(t, stack.orderPort);
    client.send(`{"type":"logon","strategy":"burst"}*${FRAMES.join('')}`);
    const awaited = 1 + (ORDERS * life) / (KILLS + 1);
    await stack.until(`${awaited} answers`, () => client.frames.length >= awaited);
    manager.signal('SIGKILL');
    await stack.untilExited(manager);
    noteReports(client);
    const recorded = new Map<unknown, unknown>(
      stack.orders().map(({ orderId, clOrdId }) => [orderId, clOrdId]),
    );
    for (const [orderId, clOrdId] of reported) assert.equal(recorded.get(orderId), clOrdId);
    assert.equal(new Set(recorded.values()).size, recorded.size, 'each was executed once');
  }
  assert.equal(reported.size, ORDERS);
});
