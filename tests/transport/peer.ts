// The other end of a connection, as any program in any language could be: it sends and receives bytes.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { until } from '../../tools/testing/poll.ts';

export const HOST = '127.0.0.1';

export class Peer {
  received = '';
  /** Whether the connection has closed. */
  closed = false;
  readonly #socket: net.Socket;

  /** Connects, and closes the connection at the end of the test. */
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

  /** The whole frames received so far, without their delimiters. */
  get frames(): string[] {
    return this.received.split('*').slice(0, -1);
  }

  /** The same, parsed as JSON objects. */
  get messages(): Record<string, unknown>[] {
    return this.frames.map((frame) => JSON.parse(frame));
  }

  send(text: string): void {
    this.#socket.write(text);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Stops reading until resume(). */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Sends the end of the stream, and reads on. */
  end(): void {
    this.#socket.end();
  }

  /** Closes the connection immediately. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Resets the connection: the other end gets ECONNRESET. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  untilFrames(count: number): Promise<void> {
    return until(`${count} frames arrive`, () => this.frames.length >= count, {
      details: () => this.received,
    });
  }

  untilReceived(text: string): Promise<void> {
    return until(`"${text}" arrives`, () => this.received.includes(text), { details: () => this.received });
  }

  untilClosed(): Promise<void> {
    return until('the connection closes', () => this.closed);
  }
}
