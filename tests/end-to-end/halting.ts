// Halts a stack, and sees whether its OrderManager fills an order.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Peer } from '../transport/peer.ts';

export const DONE = { status: 0, signal: null };

/** Runs `halt` or `resume` until it exits. */
export async function command(stack: Stack, name: 'halt' | 'resume', ...options: string[]): Promise<string> {
  const started = stack.start(name, ...options);
  assert.deepEqual(await stack.untilExited(started), DONE, started.stderr);
  return started.stdout;
}

export async function startManager(stack: Stack): Promise<StartedProcess> {
  const manager = stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  return manager;
}

/** Logs on and sends one order. Returns FILLED, or the reason of the rejection. */
export async function outcomeOf(
  t: TestContext,
  stack: Stack,
  strategy: string,
  clOrdId: string,
): Promise<string> {
  const client = await Peer.connect(t, stack.orderPort);
  client.send(`{"type":"logon","strategy":"${strategy}"}*`);
  client.send(`{"symbol":"AAPL","side":"BUY","quantity":10,"price":100,"clOrdId":"${clOrdId}"}*`);
  await client.untilFrames(2);
  client.destroy();
  const { status, reason } = client.messages[1];
  return String(reason ?? status);
}
