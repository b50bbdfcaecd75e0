// A price server and a price client with a faulty line between them. The price of each tick is its number, so
// the client can check every tick.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises';
import type { TickRun } from '@tickline/price-book';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { PriceServer } from '../../src/gateway/price-server.ts';
import { PriceClient, type PriceClientHandler } from '../../src/orderbook/price-client.ts';
import { until } from '../../tools/testing/poll.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { drawnFaults, type FaultChoice } from '../end-to-end/faults.ts';
import { FaultyLine } from '../end-to-end/faulty-line.ts';
import { HOST } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const SYMBOLS = 7;
/** How long a client waits on a silent connection before it reconnects. */
const SILENCE_MS = 150;
const WINDOW_BYTES = 1024 * 1024;
const RUN_ID = 1_700_000_000_000_000;
/** A client sends nothing but RESUME. */
const FAULT_BYTES_MAX = { toClient: 20_000, toServer: 'RESUME,0,0*'.length };
/** Batches that are sent in one go, and the longest pause after them. */
const BURST = 5;
const PAUSE_MS_MAX = 5;

/** How the ticks are sent. */
export interface Sending {
  readonly batches: number;
  readonly ticksInBatchMax: number;
  /** Batches that are sent while the line is down, in the middle. Default 0. */
  readonly outage?: number;
}

/** Checks what a client receives, as it receives it. */
export class NumberedPrices implements PriceClientHandler {
  /** Sent before the first answer to RESUME. */
  before = 0;
  applied = 0;
  missed = 0;
  repeated = 0;
  snapshotTicks = 0;
  /** Latest price of each symbol. */
  readonly latest: number[] = Array(SYMBOLS).fill(0);
  #runId = 0;

  get accounted(): number {
    return this.before + this.applied + this.missed;
  }

  onTicks({ firstSequence, count, symbols, prices }: TickRun): void {
    assert.equal(firstSequence, this.accounted + 1, 'every tick before is applied or reported as missed');
    for (let row = 0; row < count; row++) {
      const sequence = firstSequence + row;
      assert.equal(prices[row], sequence);
      this.latest[symbols[row]] = sequence;
    }
    this.applied += count;
  }

  onSnapshot({ count, symbols, prices }: TickRun): void {
    for (let row = 0; row < count; row++) {
      assert.ok(prices[row] >= this.latest[symbols[row]], 'no price is older than one applied before');
      this.latest[symbols[row]] = prices[row];
    }
    this.snapshotTicks += count;
  }

  onResumed(runId: number, next: number, missed: number | undefined): void {
    assert.ok(this.#runId === 0 || runId === this.#runId);
    if (this.#runId === 0) this.before = next - 1;
    this.#runId = runId;
    this.missed += missed ?? 0;
  }

  onGap(missed: number): void {
    this.missed += missed;
  }

  onRepeated(): void {
    this.repeated++;
  }

  onLeftOut(): void {
    throw new Error('nothing was rejected before');
  }

  onRejected(kind: string, text: string): void {
    assert.fail(`a bad ${kind}: ${text}`);
  }

  symbolIndex(symbol: string): number {
    return Number(symbol.slice(1));
  }

  onChunk(): boolean {
    return true;
  }

  onEnd(): void {}
  onConnected(): void {}
  onDown(): void {}
}

/** Sends numbered ticks over a line with faults drawn from `seed`, until all are accounted for. */
export async function sendOverFaultyLine(
  t: TestContext,
  seed: number,
  choice: FaultChoice,
  { batches, ticksInBatchMax, outage = 0 }: Sending,
): Promise<{ book: NumberedPrices; line: FaultyLine; sent: number }> {
  const random = new SeededRandom(seed);
  const server = await priceServer(t);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, server.port);
  line.nextFault = drawnFaults(random, choice, FAULT_BYTES_MAX);
  const book = new NumberedPrices();
  const options = { host: HOST, port, silenceMs: SILENCE_MS, chunkBytes: 64 * 1024 };
  const client = new PriceClient(options, book);
  t.after(() => client.stop());
  client.start();
  const outageStart = Math.floor((batches - outage) / 2);

  for (let batch = 0; batch < batches; batch++) {
    if (outage > 0 && batch === outageStart) {
      await until('the client has resumed once', () => book.accounted > 0);
      line.up = false;
      line.cut();
    }
    if (batch === outageStart + outage) line.up = true;
    sendBatch(server, 1 + random.below(ticksInBatchMax));
    await nextIteration();
    if (batch % BURST === 0) await sleep(random.below(PAUSE_MS_MAX));
  }
  line.calm();
  const sent = server.nextSequence - 1;
  await until('all ticks are accounted for', () => book.accounted >= sent, {
    details: () => `seed ${seed}: ${JSON.stringify({ sent, ...book })} ${line}`,
  });
  client.stop();
  await server.close(0);
  return { book, line, sent };
}

async function priceServer(t: TestContext): Promise<PriceServer> {
  const server: PriceServer = new PriceServer(
    { host: HOST, port: 0, windowBytes: WINDOW_BYTES, runId: RUN_ID },
    {
      snapshot: () => snapshotAt(server.nextSequence - 1),
      onAdmitted: () => {},
      onSnapshotSent: () => {},
    },
    new RecordedServer(),
  );
  t.after(() => server.close(0));
  await server.listen();
  return server;
}

function sendBatch(server: PriceServer, count: number): void {
  const frames = server.open();
  for (let tick = 0; tick < count; tick++) {
    const text = frameOf(server.nextSequence + tick);
    frames.length += Buffer.from(frames.bytes.buffer, frames.bytes.byteOffset).write(text, frames.length);
    frames.count++;
  }
  server.send();
}

/** The last tick of each symbol. */
function snapshotAt(last: number): { count: number; pieces: Buffer[] } {
  const first = Math.max(1, last - SYMBOLS + 1);
  const frames = Array.from({ length: last - first + 1 }, (_, index) => frameOf(first + index));
  return { count: frames.length, pieces: [Buffer.from(frames.join(''))] };
}

function frameOf(sequence: number): string {
  return `S${sequence % SYMBOLS},${sequence}*`;
}
