// A price server on a free port, what it reported, and clients that read it.

import assert from 'node:assert/strict';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { PriceServer } from '../../src/gateway/price-server.ts';
import { TickDecoder } from '../../src/orderbook/tick-decoder.ts';
import { until } from '../../tools/testing/poll.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

export const RUN_ID = 1_700_000_000_000_000;
export const MEBIBYTE = 1024 * 1024;
/** More than the kernel holds for a client that does not read. */
const UNREAD_BYTES = 24 * MEBIBYTE;

interface Options {
  readonly port?: number;
  readonly windowBytes?: number;
  readonly stallMs?: number;
  readonly strayBytesMax?: number;
  readonly snapshot?: readonly string[];
}

export class PriceServerStage extends RecordedServer {
  readonly server: PriceServer;
  admitted = 0;
  readonly snapshots: string[] = [];

  static async open(t: TestContext, options: Options = {}): Promise<PriceServerStage> {
    const stage = new PriceServerStage(options);
    t.after(() => stage.server.close(0));
    await stage.server.listen();
    return stage;
  }

  /** One that does not listen. */
  constructor(options: Options) {
    super();
    const { port = 0, windowBytes = MEBIBYTE, stallMs, strayBytesMax } = options;
    const { snapshot = ['AAPL,1.00', 'MSFT,2.00'] } = options;
    const bytes = Buffer.from(snapshot.map((frame) => `${frame}*`).join(''));
    this.server = new PriceServer(
      { host: HOST, port, windowBytes, runId: RUN_ID, stallMs, strayBytesMax },
      {
        snapshot: () => ({ count: snapshot.length, pieces: piecesOf(bytes) }),
        onAdmitted: () => this.admitted++,
        onSnapshotSent: (_client, reason) => this.snapshots.push(reason),
      },
      this,
    );
  }

  /** Sends one batch. */
  send(...frames: string[]): void {
    const out = this.server.open();
    const bytes = Buffer.from(out.bytes.buffer, out.bytes.byteOffset);
    out.length = bytes.write(frames.map((frame) => `${frame}*`).join(''));
    out.count = frames.length;
    assert.equal(this.server.send(), frames.length);
  }

  /** Sends a batch of `count` ticks whose prices are their numbers. */
  sendNumbered(count: number): void {
    const first = this.server.nextSequence;
    this.send(...Array.from({ length: count }, (_, i) => numbered(first + i)));
  }

  /** Sends until the kernel takes no more for a resuming client that does not read. */
  async sendUntilBehind(): Promise<void> {
    const first = this.server.nextSequence;
    while (this.server.bytesFrom(first) < UNREAD_BYTES) {
      this.sendNumbered(8_000);
      await turn();
    }
  }

  /** A client that the server treats as plain. */
  async plain(t: TestContext): Promise<Peer> {
    const admitted = this.admitted + 1;
    const peer = await Peer.connect(t, this.server.port);
    await until('the client is admitted', () => this.admitted >= admitted);
    return peer;
  }

  /** A client that has sent RESUME and received the answer. */
  async resuming(t: TestContext, runId = 0, next = 0): Promise<Peer> {
    const peer = await Peer.connect(t, this.server.port);
    peer.send(`RESUME,${runId},${next}*`);
    await peer.untilReceived('#SESSION');
    return peer;
  }

  /** A client that reads as the OrderBook does, and has received its snapshot. */
  async reading(t: TestContext): Promise<PriceReader> {
    const reader = new PriceReader(t, this.server.port);
    await until('the client has its snapshot', () => reader.snapshotTicks === 2);
    return reader;
  }
}

/** Reads a price stream as the OrderBook does, and checks that every tick has the price of its number. */
class PriceReader {
  ticks = 0;
  missed = 0;
  snapshotTicks = 0;
  /** Number of the next tick. */
  next = 1;
  readonly socket: net.Socket;

  constructor(t: TestContext, port: number) {
    const decoder = new TickDecoder({
      onTicks: (run) => {
        for (let i = 0; i < run.count; i++) assert.equal(run.prices[i], run.firstSequence + i);
        assert.ok(run.firstSequence >= this.next, 'ticks are in order, and none arrives twice');
        this.next = run.firstSequence + run.count;
        this.ticks += run.count;
      },
      onSnapshot: (run) => {
        this.snapshotTicks += run.count;
      },
      onResumed() {},
      onGap: (missed) => {
        this.missed += missed;
      },
      onRepeated: () => assert.fail('a tick arrived twice'),
      onEnd() {},
      onRejected: (_kind, text) => assert.fail(text),
      onLeftOut: () => assert.fail('a symbol is rejected'),
      symbolIndex: (symbol) => (/^SYM\d$/.test(symbol) ? Number(symbol[3]) : symbol === 'AAPL' ? 10 : 11),
    });
    decoder.begin();
    this.socket = net.connect({ host: HOST, port });
    t.after(() => this.socket.destroy());
    this.socket.write('RESUME,0,0*');
    this.socket.on('data', (bytes: Buffer) => decoder.push(bytes, bytes.length));
  }
}

/** The frame of a tick whose price is its number. */
export const numbered = (sequence: number) => `SYM${sequence % 10},${sequence}`;

/** The numbers of ticks whose prices are their numbers. */
export function numbersIn(frames: readonly string[]): number[] {
  return frames.filter((frame) => !frame.startsWith('#')).map((frame) => Number(frame.split(',')[1]));
}

/** The whole numbers from `first` to `end`, exclusive. */
export const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);

/** Frames without times, clock and heartbeats, which differ from run to run. */
export function untimed(frames: readonly string[]): string[] {
  return frames
    .filter((frame) => !/^#(HEARTBEAT|CLOCK)/.test(frame))
    .map((frame) => frame.replace(/^(#BATCH,\d+),\d+$/, '$1'));
}

function piecesOf(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) pieces.push(bytes.subarray(at, at + 65_536));
  return pieces;
}
