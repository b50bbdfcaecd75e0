// Ports for processes that start in any order. They lie outside the range from which the kernel takes the ports of
// outgoing connections: a client that tries a port before its server listens there must not be given that very port.

import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import { TicklineError } from '../../src/platform/errors.ts';
import { ListenError } from '../../src/transport/errors.ts';
import { HeldPort } from '../../src/transport/held-port.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';

const LOWEST = 11_000;
const HIGHEST = 32_000;
const ATTEMPTS_MAX = 20;

/** Every port that was tried is in use. */
export class NoUnusedPortError extends TicklineError {
  constructor() {
    super(
      `no unused port between ${LOWEST} and ${HIGHEST} in ${ATTEMPTS_MAX} tries; stop the programs that hold them`,
    );
  }
}

/**
 * A port on which no process of this machine listens, and which no other caller gets while this process lives.
 * @throws NoUnusedPortError
 */
export async function unusedPort(): Promise<number> {
  for (let attempts = 0; attempts < ATTEMPTS_MAX; attempts++) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await reserve(port)) && (await isFree(port))) return port;
  }
  throw new NoUnusedPortError();
}

/** Whether no process listens on the port. */
export async function isFree(port: number): Promise<boolean> {
  try {
    (await HeldPort.bind({ host: LOOPBACK, port, option: '' })).release();
    return true;
  } catch (error) {
    if (error instanceof ListenError) return false;
    throw error;
  }
}

/** Binds the UDP port of the same number, which nothing here uses and which only one process can have. */
function reserve(port: number): Promise<boolean> {
  const mark = dgram.createSocket('udp4').unref();
  return new Promise((resolve) => {
    mark
      .once('error', () => resolve(false))
      .bind({ port, address: LOOPBACK, exclusive: true }, () => resolve(true));
  });
}
