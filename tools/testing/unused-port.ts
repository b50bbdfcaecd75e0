// Ports for processes that are started in any order: outside the range from which the kernel takes the ports of
// outgoing connections, so that a client which tries a port before its server is there cannot get that very port.

import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import { TicklineError } from '../../src/platform/errors.ts';
import { ListenError } from '../../src/transport/errors.ts';
import { freePort } from '../../src/transport/ports.ts';

const LOWEST = 11_000;
const HIGHEST = 32_000;
const ATTEMPTS_MAX = 20;
const HOST = '127.0.0.1';

/** Every port that was tried is in use. */
export class NoUnusedPortError extends TicklineError {
  constructor() {
    super(
      `found no unused port between ${LOWEST} and ${HIGHEST} in ${ATTEMPTS_MAX} tries; stop what holds them`,
    );
  }
}

/**
 * A port of this machine that nobody listens on, and that nobody else who asks here gets while this process lives.
 * @throws NoUnusedPortError
 */
export async function unusedPort(): Promise<number> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isTakenHere(port)) && (await isFree(port))) return port;
  }
  throw new NoUnusedPortError();
}

async function isFree(port: number): Promise<boolean> {
  try {
    await freePort(HOST, port, '');
    return true;
  } catch (error) {
    if (error instanceof ListenError) return false;
    throw error;
  }
}

/** Takes the UDP port of the same number, which nobody here uses: two processes cannot have it both. */
function isTakenHere(port: number): Promise<boolean> {
  const mark = dgram.createSocket('udp4').unref();
  return new Promise((resolve) => {
    mark
      .once('error', () => resolve(false))
      .bind({ port, address: HOST, exclusive: true }, () => resolve(true));
  });
}
