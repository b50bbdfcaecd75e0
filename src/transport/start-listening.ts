// Starts a server on its port. A port that is in use is tried again for a while: the last process there may still be
// exiting, or another program may have got it for a moment.

import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../platform/errors.ts';
import { ListenError } from './errors.ts';
import { listenOn } from './held-port.ts';
import type { ListenAddress } from './listener.ts';

const PATIENCE_MS = 2_000;
const RETRY_MS = 50;
/** Connections that wait to be accepted. With Node's 511, a crowd that comes back costs every other client a second or more. */
const BACKLOG = 4_096;

/** Resolves when the server listens. @throws ListenError, for a port that stays in use after two seconds */
export async function startListening(server: net.Server, address: ListenAddress): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const failure = await attempt(server, address);
    if (failure === undefined) break;
    if (codeOf(failure) !== 'EADDRINUSE' || performance.now() > deadlineMs)
      throw new ListenError(address.option, address.host, address.port, failure);
    await sleep(RETRY_MS);
  }
  // A later error is one failed accept, such as no free descriptor: the open connections are not affected.
  server.on('error', () => {});
}

/** Returns the error; undefined if the server listens. */
function attempt(server: net.Server, { host, port }: ListenAddress): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const onListening = () => end(undefined);
    const end = (error: Error | undefined) => {
      server.off('error', end).off('listening', onListening);
      resolve(error);
    };
    server.once('error', end).once('listening', onListening);
    server.listen({ ...listenOn({ host, port }), backlog: BACKLOG });
  });
}
