// Ports for processes that are started in any order: outside the range from which the kernel takes the ports of
// outgoing connections, so that a client which tries a port before its server is there cannot get that very port.

import { randomInt } from 'node:crypto';
import { freePort } from '../../src/supervision/readiness.ts';
import { ListenError } from '../../src/wire/errors.ts';

const LOWEST = 11_000;
const HIGHEST = 32_000;
const ATTEMPTS_MAX = 20;

/** A port of this machine that nobody listens on. */
export async function unusedPort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await freePort('127.0.0.1', randomInt(LOWEST, HIGHEST), '');
    } catch (error) {
      if (!(error instanceof ListenError) || attempt === ATTEMPTS_MAX) throw error;
    }
  }
}
