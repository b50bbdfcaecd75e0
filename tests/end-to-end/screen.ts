// A client of the dashboard, like a browser: it applies the messages to the page's model, and reconnects.

import type { TestContext } from 'node:test';
import { WebSocket } from 'ws';
import type { Message } from '../../src/dashboard/messages.ts';
import { Model } from '../../src/dashboard/page/model.ts';
import { LOOPBACK } from '../../src/transport/loopback.ts';

const PAUSE_MS = 50;

export class Screen {
  readonly model = new Model();
  /** Complete states received so far: one per connection, and one per new book. */
  states = 0;
  /** Every event received so far. */
  readonly said: string[] = [];
  readonly #url: string;
  #socket: WebSocket;
  #ended = false;

  constructor(t: TestContext, port: number) {
    this.#url = `ws://${LOOPBACK}:${port}/live`;
    this.#socket = this.#connect();
    t.after(() => {
      this.#ended = true;
      this.#socket.terminate();
    });
  }

  choose(symbol: string): void {
    this.#socket.send(JSON.stringify({ choose: symbol }));
  }

  stateOf(name: string): string | undefined {
    return this.model.processes.find((line) => line.name === name)?.state;
  }

  pidOf(name: string): number {
    return this.model.processes.find((line) => line.name === name)?.pid ?? 0;
  }

  #connect(): WebSocket {
    const socket = new WebSocket(this.#url, { origin: this.#url.replace(/^ws(.*)\/live$/, 'http$1') });
    socket.on('error', () => {}); // 'close' follows
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as Message));
    socket.on('close', () => {
      if (!this.#ended) setTimeout(() => this.#reconnect(), PAUSE_MS);
    });
    return socket;
  }

  #reconnect(): void {
    if (!this.#ended) this.#socket = this.#connect();
  }

  #take(message: Message): void {
    if (message.type === 'state') this.states++;
    this.said.push(...(message.events ?? []).map(({ text }) => text));
    this.model.apply(message, performance.now());
  }
}
