// Checks of TCP ports, made by connecting to them or listening on them.

import net from 'node:net';
import { ListenError } from './errors.ts';

const CONNECT_TIMEOUT_MS = 500;

/** Whether a process accepts connections there. */
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
 * Returns the port if no process listens on it now; for 0, any port that is free now.
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
