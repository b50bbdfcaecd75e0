// A drop copy: prints every report that the OrderManager sends to anybody, from now on, until Ctrl-C.
//
//   node_modules/.bin/node examples/clients/watch.ts [port]
//
// Where the port asks for TLS and a token, the environment names the files: ORDER_CA, ORDER_TOKEN_FILE.

import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { exitWithOneLine, portOf } from './command-line.ts';
import { TokenProof } from './proof.ts';

exitWithOneLine();

const { ORDER_HOST: host = '127.0.0.1', ORDER_CA: ca, ORDER_TOKEN_FILE: tokenFile } = process.env;
const port = portOf(process.argv[2] ?? '9003');
const PAUSE_MS = 500;

connect();

function connect(): void {
  const socket = ca ? tls.connect({ host, port, ca: readFileSync(ca) }) : net.connect({ host, port });
  const proof = tokenFile ? new TokenProof(tokenFile, 'watch', 'watch') : undefined;
  const send = (message: object) => socket.write(`${JSON.stringify(message)}*`);
  let rest = '';
  socket.setEncoding('latin1');
  socket.on(ca ? 'secureConnect' : 'connect', () => {
    send({ type: 'watch', ...(proof && { nonce: proof.nonce }) });
  });
  socket.on('data', (chunk: string) => {
    const frames = (rest + chunk).split('*');
    rest = frames.pop() ?? ''; // TCP may cut a frame anywhere
    try {
      for (const message of frames.map((frame) => JSON.parse(frame)))
        if (message.type === 'challenge' && proof) send(proof.answer(message));
        else show(message);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  socket.on('error', (error) => console.error(error.message));
  socket.on('close', () => setTimeout(connect, PAUSE_MS)); // reports of the pause are in the record
}

function show({
  type,
  status,
  orderId,
  side,
  quantity,
  symbol,
  price,
  reason,
}: Record<string, unknown>): void {
  if (type !== 'report') console.log(`${type} ${reason}`);
  else
    console.log(
      `${orderId ?? '-'} ${status} ${side} ${quantity} ${symbol} @ ${price} ${reason ?? ''}`.trim(),
    );
}
