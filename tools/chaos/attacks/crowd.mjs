// A crowd of clients on one port, as any program could be: it imports nothing of the project. Its options come as JSON:
// port, count, text (sent once connected), everyMs (and again, 0: never), reads, reconnects.

import net from 'node:net';

const { port, count, text, everyMs, reads, reconnects, address } = JSON.parse(process.argv[1] ?? '{}');
const ATTEMPTS_AT_ONCE = 64;
let connected = 0;
let started = 0;

function join() {
  if (started >= count) return;
  started++;
  const socket = net.connect({ host: '127.0.0.1', port, ...(address && { localAddress: address }) });
  let timer;
  socket.on('connect', () => {
    connected++;
    if (text) socket.write(text);
    if (everyMs > 0) timer = setInterval(() => socket.writableLength < 65_536 && socket.write(text), everyMs);
    if (reads) socket.on('data', () => {});
    else socket.pause();
    report();
    join();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(timer);
    if (!reconnects) return;
    started--;
    setTimeout(join, 50);
  });
}

function report() {
  if (connected % 100 === 0 || connected >= count) console.log(String(connected));
}

for (let i = 0; i < Math.min(count, ATTEMPTS_AT_ONCE); i++) join();
setInterval(() => {}, 1_000);
