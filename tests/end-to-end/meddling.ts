// Clients that belong to no stack, and ask its Gateway to resume as an OrderBook and a Strategy do.

import net from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import type { Stack } from '../../tools/testing/stack.ts';

const CONNECTED_MS = 2_000;

/** What the clients got, until the test ends. */
export interface Meddling {
  /** How often a Gateway answered them on its price port. */
  readonly answers: number;
}

/** Connects to both ports of the Gateway whenever it can, asks to resume, and never reads more than the answer. */
export function meddle(t: TestContext, { pricePort, newsPort }: Stack): Meddling {
  const ended = new AbortController();
  t.after(() => ended.abort());
  const meddling = { answers: 0 };
  void meddleAt(newsPort, ended.signal, () => {});
  void meddleAt(pricePort, ended.signal, () => meddling.answers++);
  return meddling;
}

async function meddleAt(port: number, signal: AbortSignal, onAnswer: () => void): Promise<void> {
  while (!signal.aborted) {
    const socket = net.connect({ host: LOOPBACK, port });
    await new Promise((resolve) => {
      socket.on('connect', () => socket.write('RESUME,0,0*'));
      socket.once('data', () => socket.pause() && onAnswer());
      socket.on('error', () => {});
      socket.on('close', resolve);
      setTimeout(() => socket.destroy(), CONNECTED_MS).unref();
    });
    await sleep(1);
  }
}
