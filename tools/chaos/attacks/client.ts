// One connection to a port of the stack, as any program could make it.

import { once } from 'node:events';
import net from 'node:net';
import { LOOPBACK } from '../../../src/transport/loopback.ts';

export class AttackClient implements Disposable {
  /** Whether the server has closed the connection. */
  closed = false;
  readonly #socket: net.Socket;
  #received = '';

  /** Connects. @throws Error of the socket, if nobody listens */
  static async connect(port: number): Promise<AttackClient> {
    const socket = net.connect({ host: LOOPBACK, port, noDelay: true });
    await once(socket, 'connect');
    return new AttackClient(socket);
  }

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => {
      this.#received += bytes.toString('latin1');
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** The whole frames received so far, without their delimiters. */
  get frames(): string[] {
    return this.#received.split('*').slice(0, -1);
  }

  send(text: string | Buffer): void {
    this.#socket.write(text);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
