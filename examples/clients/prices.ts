// A client of the price port: it prints every tick with its number, comes back after a cut at the tick that it had not
// seen, and says what it missed.
//
//   node_modules/.bin/node examples/clients/prices.ts [port] [ticks]

import net from 'node:net';
import { exitWithOneLine, numberOf, portOf } from './command-line.ts';

exitWithOneLine();

const port = portOf(process.argv[2] ?? '9001');
let ticksLeft = numberOf('ticks', process.argv[3] ?? 'Infinity');
const PAUSE_MS = 500;

let runId = 0; // the Gateway's run; 0 before the first
let next = 0; // number of the next tick
let snapshotLeft = 0; // frames of the snapshot that is arriving
let isAnswered = false; // ticks before the answer to RESUME have no numbers

connect();

function connect(): void {
  const socket = net.connect({ port, host: '127.0.0.1' });
  let rest = '';
  snapshotLeft = 0;
  isAnswered = false;
  socket.setEncoding('latin1');
  socket.on('connect', () => socket.write(`RESUME,${runId},${next}*`));
  socket.on('data', (chunk: string) => {
    const frames = (rest + chunk).split('*');
    rest = frames.pop() ?? ''; // TCP may cut a frame anywhere
    for (const frame of frames) onFrame(frame);
  });
  socket.on('error', (error) => console.error(error.message));
  socket.on('close', () => setTimeout(connect, PAUSE_MS));
}

function onFrame(frame: string): void {
  const [word = '', first, second] = frame.split(',');
  if (word === '#SESSION') onResumed(Number(first), Number(second));
  else if (word === '#SNAPSHOT') snapshotLeft = Number(first);
  else if (word === '#BATCH' || word === '#HEARTBEAT') goTo(Number(first));
  else if (word === '#END') process.exit();
  else if (isAnswered && !word.startsWith('#')) onPrice(word, Number(first)); // other control frames are extensions
}

function onResumed(nowRunId: number, nowNext: number): void {
  if (nowRunId !== runId) next = nowNext; // another run of the Gateway, with numbers of its own
  runId = nowRunId;
  isAnswered = true;
  goTo(nowNext);
}

function goTo(sequence: number): void {
  if (sequence > next) console.log(`missed ${sequence - next} ticks`);
  next = sequence;
}

function onPrice(symbol: string, price: number): void {
  const isTick = snapshotLeft === 0;
  console.log(`${isTick ? next++ : 'latest'} ${symbol} ${price}`);
  if (!isTick) snapshotLeft--;
  else if (--ticksLeft === 0) process.exit();
}
