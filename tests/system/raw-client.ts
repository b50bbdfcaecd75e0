// A TCP client that speaks bytes, as any program in any language could.

import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { HOST } from './stack.ts';
import { until } from './until.ts';

export class RawClient {
  received = '';
  /** Whether the other side has ended the connection. */
  closed = false;
  readonly #socket: net.Socket;

  /** Connects; the connection ends with the test. */
  static async connect(t: TestContext, port: number): Promise<RawClient> {
    const socket = net.connect({ host: HOST, port, noDelay: true });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
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

  end(): void {
    this.#socket.destroy();
  }

  async untilFrames(count: number): Promise<void> {
    await until(`${count} frames come`, () => this.frames.length >= count, { show: () => this.received });
  }

  async untilClosed(): Promise<void> {
    await until('the other side ends the connection', () => this.closed);
  }
}
