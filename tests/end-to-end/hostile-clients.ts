// Sends millions of bytes that no honest client sends, and measures what they cost.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { CONTROL_BYTE } from '../../src/protocol/control-frames.ts';
import { DELIMITER_BYTE } from '../../src/protocol/frames.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { memoryOf } from '../../tools/testing/proc.ts';
import type { ProcessName, Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Peer } from '../transport/peer.ts';
import { FakeGateway } from './fake-gateway.ts';
import { openStack } from './stack.ts';

const MEBIBYTE = 1024 * 1024;
const GROWTH_MAX = 64 * MEBIBYTE;
const FRAME_BYTES_MAX = 30;
/** Bad frames after which a server disconnects a client. */
const BAD_FRAMES_MAX = 10;
/** Fewer than the backlog of a listening port. */
const CONNECTIONS_AT_ONCE = 100;
const PATIENCE_MS = 120_000;
const DURATION = ['--duration', '15m'];
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;

/** A running Gateway, OrderBook and OrderManager, and their memory at the start. */
export class HostileStage {
  readonly stack: Stack;
  readonly #processes: readonly StartedProcess[];
  readonly #before: readonly number[];

  static async open(t: TestContext): Promise<HostileStage> {
    const stack = await openStack(t);
    const random = ['--source', 'random', '--rate', '5', '--news-every', '500ms'];
    const gateway = stack.start('gateway', ...random, ...DURATION);
    const manager = stack.start('order-manager', ...DURATION);
    stack.start('orderbook', ...DURATION);
    await stack.until('ticks are applied', () => stack.counter('orderbook.ticksApplied') > 3);
    await stack.untilServed(stack.orderPort);
    await stack.until('the manager counts', () => stack.counter('order-manager.pid') > 0);
    return new HostileStage(stack, [gateway, manager]);
  }

  private constructor(stack: Stack, processes: readonly StartedProcess[]) {
    this.stack = stack;
    this.#processes = processes;
    this.#before = processes.map(({ pid }) => memoryOf(pid).resident);
  }

  get ports(): readonly number[] {
    return [this.stack.pricePort, this.stack.newsPort, this.stack.orderPort];
  }

  /** Asserts that both run, have hardly grown, and serve a new client per port, and that the OrderBook missed no tick. */
  async assertUnharmed(t: TestContext): Promise<void> {
    const { stack } = this;
    const grown = this.#processes.map(({ pid }, index) => memoryOf(pid).resident - this.#before[index]);
    t.diagnostic(`the Gateway grew by ${mib(grown[0])}, the OrderManager by ${mib(grown[1])}`);
    for (const bytes of grown) assert.ok(bytes < GROWTH_MAX, `${bytes} bytes`);
    const [prices, news, orders] = await Promise.all(this.ports.map((port) => Peer.connect(t, port)));
    orders.send('{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*');
    await orders.untilFrames(1);
    assert.equal(orders.messages[0].status, 'FILLED');
    await Promise.all([prices.untilFrames(3), news.untilFrames(1)]);
    assert.deepEqual([stack.counter('orderbook.gaps'), stack.counter('orderbook.connections')], [0, 1]);
  }
}

/** Opens `times` connections to a port and sends nothing. */
export async function connectSilently(t: TestContext, port: number, times: number): Promise<void> {
  for (let made = 0; made < times; made += CONNECTIONS_AT_ONCE) {
    const sockets = Array.from({ length: CONNECTIONS_AT_ONCE }, () => net.connect({ host: LOOPBACK, port }));
    t.after(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const socket of sockets) socket.on('error', () => {}).pause();
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  }
}

/** Sends bytes without a delimiter, as fast as the server reads them, until it disconnects. */
export async function sendEndlessFrame(port: number, bytes: number): Promise<void> {
  const socket = net.connect({ host: LOOPBACK, port });
  socket.on('error', () => {}).resume();
  await once(socket, 'connect');
  const piece = Buffer.alloc(MEBIBYTE, 'x');
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += piece.length) await write(socket, piece);
  socket.end();
  await closed(socket);
}

/** Sends random frames over one connection after another, each until the server closes it. @returns the connections */
export async function sendRandomFrames(
  port: number,
  seed: number,
  frames: number,
  framesOfConnection: number,
): Promise<number> {
  const random = new SeededRandom(seed);
  let connections = 0;
  for (let sent = 0; sent < frames; sent += framesOfConnection) {
    const socket = net.connect({ host: LOOPBACK, port });
    socket.on('error', () => {}).resume();
    socket.write(randomFrames(random, framesOfConnection));
    await closed(socket);
    connections++;
  }
  return connections;
}

/** Asserts that the bad frames of these closed connections are counted. */
export async function assertCounted(stack: Stack, connections: number): Promise<void> {
  const bad = () => stack.counter('gateway.badFrames') + stack.counter('order-manager.badFrames');
  await stack.until('every bad frame is counted', () => bad() >= connections * BAD_FRAMES_MAX);
  assert.equal(bad(), connections * BAD_FRAMES_MAX);
}

/** The number of log lines about bad frames. */
export function loggedBadFrames(stack: Stack, name: ProcessName): number {
  const lines = fs.readFileSync(path.join(stack.folder, `${name}.log`), 'utf8').split('\n');
  return lines.filter((line) => line.includes('"event":"bad-frame"')).length;
}

/** Sends random frames to an OrderBook: each is counted by its kind, and the next tick is applied. */
export async function sendRandomFramesToOrderBook(
  t: TestContext,
  seed: number,
  frames: number,
): Promise<void> {
  const random = new SeededRandom(seed);
  const stack = await openStack(t);
  const gateway = await FakeGateway.listen(t, stack.pricePort);
  const orderBook = stack.start('orderbook', ...DURATION);
  await gateway.greeting(1);
  await gateway.say('#SESSION,7,1*#BATCH,1,5*AAPL,1*');
  await stack.until('a tick is applied', () => stack.counter('orderbook.ticksApplied') === 1);
  const before = memoryOf(orderBook.pid).resident;
  const atOnce = 10_000;
  for (let sent = 0; sent < frames; sent += atOnce)
    await gateway.say(randomFrames(random, atOnce).toString('latin1'));
  const counters = ['badFrames', 'pricesRejected', 'symbolsRejected', 'ticksApplied'] as const;
  const counted = () => counters.reduce((sum, name) => sum + stack.counter(`orderbook.${name}`), 0);
  await stack.until('every frame is counted', () => counted() >= frames + 1, PATIENCE_MS);
  assert.equal(counted(), frames + 1);
  assert.ok(memoryOf(orderBook.pid).resident - before < GROWTH_MAX);
  await gateway.say('#BATCH,1000000000,5*AAPL,2*');
  const price = () => stack.book?.read('AAPL');
  await stack.until('the next tick is applied', () => price() === 2);
}

/** Replays a price file of random bytes between two good rows: each row is counted. */
export async function replayRandomRows(t: TestContext, seed: number, rows: number): Promise<void> {
  const random = new SeededRandom(seed);
  const stack = await openStack(t);
  const nonsense = randomFrames(random, rows);
  for (const [at, byte] of nonsense.entries()) {
    if (byte === DELIMITER_BYTE) nonsense[at] = LINE_FEED;
    else if (byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === QUOTE) nonsense[at] = CONTROL_BYTE;
  }
  const file = stack.file('prices.csv', 'timestamp,symbol,price\n2024-01-02,AAPL,1\n');
  fs.appendFileSync(file, nonsense);
  fs.appendFileSync(file, '2024-01-03,AAPL,2\n');
  stack.start('orderbook', ...DURATION);
  await stack.until('there is a book', () => stack.book !== undefined); // for the Gateway to count in
  const gateway = stack.start('gateway', '--data', file, '--rate', 'max', ...DURATION);
  assert.deepEqual(
    await stack.untilExited(gateway, PATIENCE_MS),
    { status: 0, signal: null },
    gateway.stderr,
  );
  await stack.until('both good ticks are applied', () => stack.counter('orderbook.ticksApplied') >= 2);
  assert.equal(stack.counter('gateway.ticksSent'), 2);
  assert.equal(stack.counter('gateway.rowsRejected'), rows);
}

/** Frames of random bytes, none of them a control frame, and none beginning with a blank. */
function randomFrames(random: SeededRandom, count: number): Buffer {
  const bytes = Buffer.allocUnsafe(count * (FRAME_BYTES_MAX + 1));
  let length = 0;
  for (let frame = 0; frame < count; frame++) {
    const end = length + 1 + random.below(FRAME_BYTES_MAX);
    bytes[length++] = 'x'.charCodeAt(0) + random.below(2);
    while (length < end) {
      const byte = random.below(256);
      bytes[length++] = byte === DELIMITER_BYTE ? CONTROL_BYTE : byte;
    }
    bytes[length++] = DELIMITER_BYTE;
  }
  return bytes.subarray(0, length);
}

function write(socket: net.Socket, bytes: Buffer): Promise<unknown> {
  return new Promise((resolve) => socket.write(bytes, resolve));
}

async function closed(socket: net.Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}

function mib(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
