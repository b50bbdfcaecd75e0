// Whether a process is ready, seen from outside: by its port, or by what it does in the price book.

import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TicklineError } from '../platform/errors.ts';
import { ListenError } from '../transport/errors.ts';

const POLL_MS = 5;
const CONNECT_TIMEOUT_MS = 500;

/** A process that was not ready in time. */
export class NotReadyError extends TicklineError {
  constructor(name: string, waitedMs: number) {
    super(`${name} was not ready after ${waitedMs / 1000} s; its log says why`);
  }
}

/** How long to wait for a process, and what ends the waiting before. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks at `isReady` until it is true.
 * @throws NotReadyError after `timeoutMs`, the reason of `signal` once that is aborted, and whatever isReady throws
 */
export async function untilReady(
  name: string,
  { timeoutMs, signal }: Patience,
  isReady: () => Promise<boolean> | boolean,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const ready = await isReady();
    signal.throwIfAborted(); // also when it is ready: nothing more is to be started
    if (ready) return;
    if (performance.now() > until) throw new NotReadyError(name, timeoutMs);
    await sleep(POLL_MS);
  }
}

/** Whether somebody accepts connections there. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/**
 * The port itself, if nobody listens on it at this moment; for 0 any such port.
 * @param option the command line option that sets the port, for the error message
 * @throws ListenError
 */
export async function freePort(host: string, port: number, option: string): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new ListenError(option, host, port, cause)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
