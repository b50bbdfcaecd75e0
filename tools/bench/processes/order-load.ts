// Many strategies in one process, each of which sends orders as fast as they are answered.
//
//    node order-load.ts <order port> <strategies> <orders each> <of them as a warm-up>      prints {"orders": N, "ms": T}

import net from 'node:net';
import { DELIMITER_BYTE } from '../../../src/protocol/frames.ts';

const HOST = '127.0.0.1';
/** Unanswered orders per strategy, at most. */
const WINDOW = 100;
const SYMBOLS = 50;

const [port, strategies, ordersEach, warmUpEach] = process.argv.slice(2).map(Number);
const orders = strategies * ordersEach;
const warmUp = strategies * warmUpEach;
let answered = 0;
// Made before the time starts, and the same for all strategies.
const { frames, ends } = orderFrames();
/** When the warm-up was answered, and how many orders were by then. */
let counted = { from: 0, sinceMs: performance.now() };
for (let i = 0; i < strategies; i++) trade(`load-${i}`);

function trade(strategy: string): void {
  const socket = net.connect({ host: HOST, port, noDelay: true });
  let sent = 0;
  let unanswered = 0;
  let loggedOn = false;
  const sendMore = () => {
    const more = Math.min(ordersEach - sent, WINDOW - unanswered);
    if (more === 0) return;
    socket.write(frames.subarray(ends[sent], ends[sent + more]));
    sent += more;
    unanswered += more;
  };
  socket.write(`{"type":"logon","strategy":"${strategy}"}*`);
  socket.on('data', (chunk: Buffer) => {
    let answers = delimitersIn(chunk);
    if (!loggedOn && answers > 0) {
      loggedOn = true;
      answers--;
    }
    unanswered -= answers;
    const before = answered;
    answered += answers;
    if (before < warmUp && answered >= warmUp) counted = { from: answered, sinceMs: performance.now() };
    if (answered === orders) end();
    sendMore();
  });
}

function delimitersIn(chunk: Buffer): number {
  let count = 0;
  for (let at = 0; at < chunk.length; at++) if (chunk[at] === DELIMITER_BYTE) count++;
  return count;
}

/** The orders of one strategy, and where each ends; the first entry is 0. */
function orderFrames(): { frames: Buffer; ends: number[] } {
  const texts = Array.from({ length: ordersEach }, (_, index) => orderFrame(index + 1));
  let end = 0;
  return { frames: Buffer.from(texts.join('')), ends: [0, ...texts.map((text) => (end += text.length))] };
}

function orderFrame(n: number): string {
  const side = n % 2 === 0 ? 'BUY' : 'SELL';
  return `{"type":"order","symbol":"S${n % SYMBOLS}","side":"${side}","quantity":10,"price":100.25,"clOrdId":"load-${n}","time":1}*`;
}

function end(): never {
  const { from, sinceMs } = counted;
  console.log(JSON.stringify({ orders: orders - from, ms: performance.now() - sinceMs }));
  process.exit();
}
