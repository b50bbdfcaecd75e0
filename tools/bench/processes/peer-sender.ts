// Sends the random walk as fast as a carrier accepts it, 64 KiB of frames per message.
//
//    node peer-sender.ts <carrier> <address> <symbols>

import { setImmediate as turn } from 'node:timers/promises';
import { signalOnParentDeath } from '@tickline/posix';
import { RandomWalkFeed } from '../../../src/gateway/feeds/random-walk.ts';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';
import { TickFrames } from '../../../src/gateway/tick-frames.ts';
import { CARRIERS, IN_FLIGHT } from '../baselines/carriers.ts';

const SIGTERM = 15;
const MESSAGE_BYTES = 64 * 1024;
signalOnParentDeath(SIGTERM);
const [carrier, address, symbols] = process.argv.slice(2);
const feed = new RandomWalkFeed({ symbols: randomSymbols(Number(symbols)), seed: 1 });
// A message is reused only when the receiver must have read it.
const messages = Array.from({ length: 4 * IN_FLIGHT }, () => new TickFrames(new Uint8Array(MESSAGE_BYTES)));
const send = await CARRIERS[carrier].sender(address);
for (let i = 0; ; i++) {
  const frames = messages[i % messages.length];
  frames.clear();
  feed.fill(frames, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  await send(frames.bytes.subarray(0, frames.length));
  if (i % 8 === 7) await turn(); // lets the sockets send
}
