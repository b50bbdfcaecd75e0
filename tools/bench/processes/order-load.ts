// Many strategies in one process, each of which sends orders as fast as they are answered.
//
//    node order-load.ts <order port> <strategies> <orders each>      prints {"orders": N, "ms": T}

import net from 'node:net';
import { DELIMITER_BYTE } from '../../../src/protocol/frames.ts';

const HOST = '127.0.0.1';
/** Unanswered orders per strategy, at most. */
const WINDOW = 100;
const SYMBOLS = 50;

const [port, strategies, ordersEach] = process.argv.slice(2).map(Number);
const orders = strategies * ordersEach;
let answered = 0;
const startedAt = performance.now();
for (let i = 0; i < strategies; i++) trade(`load-${i}`);

function trade(strategy: string): void {
  const socket = net.connect({ host: HOST, port, noDelay: true });
  let sent = 0;
  let unanswered = 0;
  let loggedOn = false;
  const sendMore = () => {
    let frames = '';
    for (; sent < ordersEach && unanswered < WINDOW; unanswered++) frames += orderFrame(++sent);
    if (frames !== '') socket.write(frames);
  };
  socket.write(`{"type":"logon","strategy":"${strategy}"}*`);
  socket.on('data', (chunk: Buffer) => {
    let answers = 0;
    for (const byte of chunk) if (byte === DELIMITER_BYTE) answers++;
    if (!loggedOn && answers > 0) {
      loggedOn = true;
      answers--;
    }
    unanswered -= answers;
    answered += answers;
    if (answered === orders) end();
    sendMore();
  });
}

function orderFrame(n: number): string {
  const side = n % 2 === 0 ? 'BUY' : 'SELL';
  return `{"type":"order","symbol":"S${n % SYMBOLS}","side":"${side}","quantity":10,"price":100.25,"clOrdId":"load-${n}","time":1}*`;
}

function end(): never {
  console.log(JSON.stringify({ orders, ms: performance.now() - startedAt }));
  process.exit();
}
