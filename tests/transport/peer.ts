// The other end of a connection, as any program in any language could be: it speaks and hears bytes.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { until } from '../end-to-end/until.ts';

export const HOST = '127.0.0.1';

export class Peer {
  received = '';
  /** Whether the connection is over. */
  closed = false;
  readonly #socket: net.Socket;

  /** Connects; the connection ends with the test. */
  static async connect(t: TestContext, port: number): Promise<Peer> {
    const socket = net.connect({ host: HOST, port, noDelay: true });
    const peer = new Peer(t, socket);
    await once(socket, 'connect');
    return peer;
  }

  constructor(t: TestContext, socket: net.Socket) {
    this.#socket = socket;
    t.after(() => socket.destroy());
    socket.on('data', (bytes: Buffer) => {
      this.received += bytes.toString('latin1');
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** The whole frames so far, without their delimiters. */
  get frames(): string[] {
    return this.received.split('*').slice(0, -1);
  }

  /** The whole frames so far, as the JSON objects that they are. */
  get messages(): Record<string, unknown>[] {
    return this.frames.map((frame) => JSON.parse(frame));
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  /** Reads nothing more until resume(). */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Says that nothing more will come from here, and reads on. */
  end(): void {
    this.#socket.end();
  }

  /** Ends the connection at once. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Ends the connection the hard way: the other end gets ECONNRESET. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  untilFrames(count: number): Promise<void> {
    return until(`${count} frames come`, () => this.frames.length >= count, { show: () => this.received });
  }

  untilReceived(text: string): Promise<void> {
    return until(`"${text}" comes`, () => this.received.includes(text), { show: () => this.received });
  }

  untilClosed(): Promise<void> {
    return until('the connection is over', () => this.closed);
  }
}
