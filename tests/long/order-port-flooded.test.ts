// Many connections that send nothing or noise to an order port with TLS and tokens: a strategy still trades,
// and memory is bounded.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { test } from 'node:test';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { guardedStack } from '../end-to-end/guarded-stack.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
const FLOOD = 1_300;
const MEBIBYTE = 1024 ** 2;

function residentBytes({ pid }: StartedProcess): number {
  const [, pages] = fs.readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return Number(pages) * 4096;
}

test(
  'a strategy logs on with TLS during a flood of connections, whose memory is bounded',
  LIMIT,
  async (t) => {
    const guarded = await guardedStack(t);
    if (!guarded) return;
    const { stack, strategy } = guarded;
    stack.start('orderbook');
    const manager = stack.start('order-manager', ...guarded.manager);
    await stack.untilServed(stack.orderPort);
    const before = residentBytes(manager);
    for (let i = 0; i < FLOOD; i++) {
      const client = await Peer.connect(t, stack.orderPort);
      if (i % 10 === 0) client.send(randomBytes(20_000).toString('latin1'));
    }
    await stack.until('some are refused', () => stack.counter('order-manager.connectionsRefused') > 100);
    stack.start('gateway', '--loop', '--rate', '5000', '--news-every', '20ms');
    stack.start('strategy', ...strategy);
    await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 10);
    const grown = (residentBytes(manager) - before) / MEBIBYTE;
    assert.ok(grown < 128, `${grown.toFixed(0)} MiB more than before`);
  },
);
