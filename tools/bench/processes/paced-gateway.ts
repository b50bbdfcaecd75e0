// Replaces the Gateway where each tick must leave when it is due (an open loop). Each tick has its own batch frame with the
// time at which it was due, even if it left later: a late sender then shows as latency instead of being left out
// (coordinated omission). At every SIGUSR2 it prints how late it has been since the last one.
//
//    node paced-gateway.ts <price port> <news port> <ticks per second> <symbols>

import net from 'node:net';
import { CLOCK_ID, nowNs, yieldCpu } from '@tickline/posix';
import koffi from 'koffi';
import { RandomWalkFeed } from '../../../src/gateway/feeds/random-walk.ts';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';
import { TICK_FRAME_BYTES_MAX, TickFrames } from '../../../src/gateway/tick-frames.ts';
import { Latency } from '../../../src/monitoring/latency.ts';
import { stopRequested } from '../../../src/platform/lifecycle.ts';
import { atFrame, batchFrame, clockFrame, sessionFrame } from '../../../src/protocol/control-frames.ts';
import { figuresOf } from '../figures.ts';

const HOST = '127.0.0.1';
const RUN_ID = 1;
const NS_PER_S = 1e9;
const CLOCK_MONOTONIC = 1;
const TIMER_ABSTIME = 1;
const PR_SET_TIMERSLACK = 29;
/** Ticks per event-loop iteration. */
const TICKS_A_TURN = 20;
const AWAKE_NS = 30_000;
const NEWS_MS = 40;
/** Sent in turn: each reverses the last. */
const SENTIMENTS = [90, 10];

const [pricePort, newsPort, rate, symbols] = process.argv.slice(2).map(Number);
const libc = koffi.load(null);
const sleepUntilNative = libc.func(
  'int clock_nanosleep(int clock, int flags, const int64_t *until, void *rest)',
);
const prctl = libc.func(
  'int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)',
);
const until = new BigInt64Array(2);

const feed = new RandomWalkFeed({ symbols: randomSymbols(symbols), seed: 1 });
const frames = new TickFrames(new Uint8Array(2 * TICK_FRAME_BYTES_MAX));
/** From when a tick was due until the kernel has accepted it. */
const lateness = new Latency();
let next = 1;

process.on('SIGUSR2', () => {
  console.log(JSON.stringify(figuresOf(lateness)));
  lateness.reset();
});
void stopRequested().then(() => process.exit(0));
prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); // the kernel may otherwise let a sleep last 50 us longer
net.createServer({ noDelay: true }, serveNews).listen(newsPort, HOST);
net.createServer({ noDelay: true }, servePrices).listen(pricePort, HOST);

function serveNews(socket: net.Socket): void {
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;
  socket.on('error', () => {});
  socket.on('close', () => clearInterval(timer));
  socket.once('data', () => {
    socket.write(sessionFrame(RUN_ID, next));
    timer = setInterval(() => {
      socket.write(`${atFrame(next)}${SENTIMENTS[turn++ % SENTIMENTS.length]}*`);
    }, NEWS_MS);
  });
}

function servePrices(socket: net.Socket): void {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write(sessionFrame(RUN_ID, next) + clockFrame(CLOCK_ID, nowNs()));
    sendFrom(socket, nowNs());
  });
}

/** Sends ticks, each at `startNs` plus its number over the rate; a late one immediately, with the time it was due. */
function sendFrom(socket: net.Socket, startNs: number): void {
  let sent = 0;
  const turn = () => {
    if (socket.destroyed) return;
    for (let i = 0; i < TICKS_A_TURN; i++) {
      sent++;
      const dueNs = startNs + Math.round((sent * NS_PER_S) / rate);
      const tick = oneTick(dueNs);
      waitUntil(dueNs);
      socket.write(tick, 'latin1');
      lateness.record(nowNs() - dueNs);
    }
    setImmediate(turn);
  };
  turn();
}

function oneTick(dueNs: number): string {
  frames.clear();
  feed.fill(frames, 1, Number.POSITIVE_INFINITY);
  return batchFrame(next++, dueNs) + Buffer.from(frames.bytes.buffer, 0, frames.length).toString('latin1');
}

/** The kernel wakes a sleeper 20 us late, which would count as latency of the stack: so it spins for the last part. */
function waitUntil(ns: number): void {
  if (nowNs() + AWAKE_NS < ns) sleepUntil(ns - AWAKE_NS);
  while (nowNs() < ns) yieldCpu();
}

function sleepUntil(ns: number): void {
  until[0] = BigInt(Math.floor(ns / NS_PER_S));
  until[1] = BigInt(ns % NS_PER_S);
  sleepUntilNative(CLOCK_MONOTONIC, TIMER_ABSTIME, until, null);
}
