// A fast Gateway, a client that keeps up, one that stops reading and one that reads too slowly.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TickRun } from '@tickline/price-book';
import { PriceClient, type PriceClientHandler } from '../../src/orderbook/price-client.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';
import { memoryOf } from '../../tools/testing/proc.ts';
import { openStack } from './stack.ts';

const MEBIBYTE = 1024 * 1024;
const GROWTH_MAX = 64 * MEBIBYTE;
const WINDOW_MIB = 32;
const CHUNK_BYTES = 256 * 1024;
const LOOK_MS = 100;
const PATIENCE_MS = 120_000;

export interface Flood {
  readonly ticksPerSecond: number;
  /** Shortest duration. */
  readonly forMs: number;
  /** The slow client pauses this long after every chunk. */
  readonly pauseMs: number;
}

/** Reads a chunk, then pauses. Counts the ticks that it gets and those that it is told it missed. */
class SlowReader implements PriceClientHandler {
  accounted = 0;
  missed = 0;
  snapshots = 0;
  connections = 0;
  readonly #client: PriceClient;
  readonly #pauseMs: number;
  #symbols = 0;
  /** Whether it reads as fast as it can. */
  hurries = false;

  constructor(t: TestContext, port: number, pauseMs: number) {
    this.#pauseMs = pauseMs;
    this.#client = new PriceClient(
      { host: LOOPBACK, port, silenceMs: 20_000, chunkBytes: CHUNK_BYTES },
      this,
    );
    t.after(() => this.#client.stop());
    this.#client.start();
  }

  onChunk(): boolean {
    if (this.hurries) return true;
    setTimeout(() => this.#client.resume(), this.#pauseMs);
    return false;
  }

  onTicks({ firstSequence, count }: TickRun): void {
    assert.equal(firstSequence, this.accounted + 1);
    this.accounted += count;
  }

  onResumed(_runId: number, next: number): void {
    this.accounted = next - 1;
  }

  onGap(missed: number): void {
    this.missed += missed;
    this.accounted += missed;
  }

  onSnapshot(): void {
    this.snapshots++;
  }

  onConnected(): void {
    this.connections++;
  }

  onLeftOut(): void {
    throw new Error('nothing was rejected before');
  }

  onRejected(kind: string, text: string): void {
    assert.fail(`a bad ${kind}: ${text}`);
  }

  symbolIndex(): number {
    return this.#symbols++;
  }

  onRepeated(): void {}
  onEnd(): void {}
  onDown(): void {}
}

/** Floods two slow clients, and checks the Gateway's memory and the client that keeps up. */
export async function floodSlowClients(t: TestContext, flood: Flood): Promise<void> {
  const stack = await openStack(t);
  const rate = ['--source', 'random', '--rate', String(flood.ticksPerSecond)];
  const window = ['--replay-window', `${WINDOW_MIB}MiB`];
  const gateway = stack.start('gateway', ...rate, ...window, '--duration', '10m');
  stack.start('orderbook', '--ring', '65536', '--duration', '10m');
  const full = WINDOW_MIB * MEBIBYTE * 1.5;
  const isFull = () => stack.counter('gateway.bytesMade') > full;
  await stack.until('the window is full', isFull, PATIENCE_MS);
  const before = memoryOf(gateway.pid).resident;
  const counter = stack.counter.bind(stack);
  const first = { sent: counter('gateway.ticksSent'), snapshots: counter('gateway.snapshotsSent') };

  const stopped = net.connect({ host: LOOPBACK, port: stack.pricePort });
  t.after(() => stopped.destroy());
  stopped.on('error', () => {}).pause();
  await once(stopped, 'connect');
  const slow = new SlowReader(t, stack.pricePort, flood.pauseMs);

  let most = before;
  const look = () => {
    most = Math.max(most, memoryOf(gateway.pid).resident);
  };
  const end = performance.now() + flood.forMs;
  const isShown = () => {
    look();
    const policy = counter('gateway.clientsCutOff') >= 1 && counter('gateway.clientsConflated') >= 2;
    return performance.now() > end && policy;
  };
  await stack.until('one is disconnected, the other gets snapshots', isShown, flood.forMs + PATIENCE_MS);
  const sent = counter('gateway.ticksSent') - first.sent;
  slow.hurries = true;
  gateway.signal('SIGSTOP'); // so that the counters stop
  await sleep(LOOK_MS);
  gateway.signal('SIGCONT');
  gateway.signal('SIGINT');
  await stack.untilExited(gateway);

  const grown = ((most - before) / MEBIBYTE).toFixed(1);
  t.diagnostic(`${sent} ticks in ${flood.forMs} ms or more; the Gateway grew by ${grown} MiB at most`);
  t.diagnostic(`the slow client missed ${slow.missed} ticks and got ${slow.snapshots} snapshots`);
  assert.ok(most - before < GROWTH_MAX, `${most - before} bytes`);
  assert.equal(counter('gateway.clientsCutOff'), 1);
  const conflated = counter('gateway.clientsConflated');
  assert.equal(counter('gateway.snapshotsSent'), first.snapshots + 1 + conflated);
  const applied = () => counter('orderbook.ticksApplied');
  await stack.until('the OrderBook has every tick', () => applied() === counter('gateway.ticksSent'));
  assert.deepEqual([counter('orderbook.gaps'), counter('orderbook.ticksMissed')], [0, 0]);
  await stack.until(
    'the slow client accounts for every tick',
    () => slow.accounted === counter('gateway.ticksSent'),
  );
  assert.ok(slow.missed > 0 && slow.connections >= 1);
}
