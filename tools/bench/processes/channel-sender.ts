// Sends the random walk through a channel of Node's own, as fast as the receiver reads it.
//
//    node channel-sender.ts process-single|process-columns|thread-columns <symbols>

import { fork } from 'node:child_process';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { signalOnParentDeath } from '@tickline/posix';
import { SeededRandom } from '../../../src/gateway/feeds/random.ts';
import { nextPrice } from '../../../src/gateway/feeds/random-walk.ts';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';
import { Credits } from '../baselines/carriers.ts';
import type { ChannelMessage } from './channel-receiver.ts';

const SIGTERM = 15;
const TICKS_A_MESSAGE = 8192;
const CENTS = 100;
const START_CENTS = 100 * CENTS;
const RECEIVER = path.join(import.meta.dirname, 'channel-receiver.ts');

signalOnParentDeath(SIGTERM);
const [mode, count] = process.argv.slice(2);
const symbols = randomSymbols(Number(count));
const random = new SeededRandom(1, 1);
const prices = new Int32Array(symbols.length).fill(START_CENTS);
const credits = new Credits();
const post = mode === 'thread-columns' ? toThread() : toProcess();
let next = 0;
for (let i = 0; ; i++) {
  await credits.take();
  post(mode === 'process-single' ? single() : columns());
  if (i % 8 === 7) await turn(); // lets the channel send
}

function toThread(): (message: ChannelMessage) => void {
  const worker = new Worker(RECEIVER);
  worker.on('message', (messages: number) => credits.give(messages));
  return (message) => {
    const moves = 'symbols' in message ? [message.symbols.buffer, message.prices.buffer] : [];
    worker.postMessage(message, moves as ArrayBuffer[]);
  };
}

function toProcess(): (message: ChannelMessage) => void {
  const child = fork(RECEIVER, { serialization: 'advanced' });
  child.on('message', (messages: number) => credits.give(messages));
  return (message) => child.send(message);
}

function single(): ChannelMessage {
  const index = step();
  return { symbol: symbols[index], price: prices[index] / CENTS };
}

function columns(): ChannelMessage {
  const message = { symbols: new Int32Array(TICKS_A_MESSAGE), prices: new Float64Array(TICKS_A_MESSAGE) };
  for (let i = 0; i < TICKS_A_MESSAGE; i++) {
    const index = step();
    message.symbols[i] = index;
    message.prices[i] = prices[index] / CENTS;
  }
  return message;
}

/** Moves one price and returns the index of its symbol. */
function step(): number {
  const index = next;
  prices[index] = nextPrice(prices[index], random);
  next = next + 1 === symbols.length ? 0 : next + 1;
  return index;
}
