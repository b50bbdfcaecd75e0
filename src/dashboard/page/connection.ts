// The connection to the server. It reconnects by itself, also when the server is silent.

import type { Message } from '../messages.ts';
import { socketUrl } from './socket-url.ts';

export interface ConnectionHandler {
  onMessage(message: Message): void;
  /** Whether messages arrive. */
  onLive(live: boolean): void;
}

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 2_000;
/** The server sends something every second. */
const SILENCE_MS = 4_000;
const CHECK_MS = 1_000;

/** The symbol and the range of a chart. */
export interface Choice {
  /** '' for the first symbol. */
  readonly choose: string;
  readonly range: string;
}

export class Connection {
  readonly #handler: ConnectionHandler;
  #socket: WebSocket | undefined;
  #failures = 0;
  #heardAt = 0;
  /** Sent again after every connect. */
  #chosen: Choice | undefined;

  constructor(handler: ConnectionHandler) {
    this.#handler = handler;
  }

  start(): void {
    this.#connect();
    setInterval(() => this.#check(), CHECK_MS);
  }

  /** Requests a chart. */
  choose(choice: Choice): void {
    this.#chosen = choice;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(choice));
  }

  #connect(): void {
    const socket = new WebSocket(socketUrl(document.baseURI));
    this.#socket = socket;
    this.#heardAt = performance.now();
    socket.addEventListener('open', () => {
      if (this.#chosen !== undefined) this.choose(this.#chosen);
    });
    socket.addEventListener('message', ({ data }) => {
      if (socket !== this.#socket) return;
      this.#failures = 0;
      this.#heardAt = performance.now();
      this.#handler.onLive(true);
      this.#handler.onMessage(JSON.parse(String(data)) as Message);
    });
    socket.addEventListener('close', () => this.#closed(socket));
  }

  #closed(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#handler.onLive(false);
    const pause = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** this.#failures++);
    setTimeout(() => this.#connect(), pause * (0.5 + Math.random() / 2));
  }

  #check(): void {
    if (!this.#socket || performance.now() - this.#heardAt < SILENCE_MS) return;
    const silent = this.#socket;
    this.#closed(silent);
    silent.close();
  }
}
