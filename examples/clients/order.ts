// A client of the order port: it logs on as the strategy "example", sends one order, and sends it again under the same
// id. Both are answered, with the same report: the order is traded once.
//
//   node_modules/.bin/node examples/clients/order.ts BUY 10 AAPL 173.20 [port]
//
// Where the port asks for TLS and a token, the environment names the files: ORDER_CA, ORDER_TOKEN_FILE.

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { exitWithOneLine, numberOf, portOf } from './command-line.ts';
import { TokenProof } from './proof.ts';

exitWithOneLine();

const { ORDER_HOST: host = '127.0.0.1', ORDER_CA: ca, ORDER_TOKEN_FILE: tokenFile } = process.env;
const [side = 'BUY', quantity = '10', symbol = 'AAPL', price = '173.20', port = '9003'] =
  process.argv.slice(2);
const order = {
  type: 'order',
  symbol,
  side,
  quantity: numberOf('quantity', quantity),
  price: numberOf('price', price),
  clOrdId: `example-${Date.now()}`, // another one for each order
};
const TIMEOUT_MS = 5_000;
const proof = tokenFile ? new TokenProof(tokenFile, 'logon', 'example') : undefined;
let reports = 0;
let rest = '';
let answered = false;

const to = { host, port: portOf(port) };
const socket = ca ? tls.connect({ ...to, ca: readFileSync(ca) }) : net.connect(to);
socket.setEncoding('latin1');
socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('no answer')));
socket.on(ca ? 'secureConnect' : 'connect', () => {
  send({ type: 'logon', strategy: 'example', ...(proof && { nonce: proof.nonce }) });
});
socket.on('data', (chunk: string) => {
  const frames = (rest + chunk).split('*');
  rest = frames.pop() ?? ''; // TCP may cut a frame anywhere
  for (const frame of frames) onMessage(JSON.parse(frame));
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});

socket.on('close', () => {
  if (reports === 2 || process.exitCode !== undefined) return;
  process.exitCode = 1; // it was refused, or the other side went away
  if (!answered) console.error('the other side disconnected before it answered');
});

function send(message: object): void {
  socket.write(`${JSON.stringify(message)}*`);
}

function onMessage(message: { type: string; more?: boolean }): void {
  if (message.type === 'challenge' && proof) {
    prove(proof, message);
    return;
  }
  answered = true;
  console.log(JSON.stringify(message));
  if (message.type === 'logonAck' && !message.more) {
    send(order);
    send(order);
  }
  if (message.type === 'error' || (message.type === 'report' && ++reports === 2)) socket.end();
}

/** Disconnects if the other side does not know the token. */
function prove(own: TokenProof, challenge: object): void {
  try {
    send(own.answer(challenge));
  } catch (error) {
    socket.destroy(error as Error);
  }
}
