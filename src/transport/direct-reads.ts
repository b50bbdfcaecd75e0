// Reads a connection on this thread while bytes come one after another. A read by the event loop costs three system calls
// and the machinery of a stream; this one costs one call. The event loop runs once a millisecond meanwhile, and between
// sparse bytes as often as a blocking read ends, see blockReads().
//
//    event loop reads ──▶ bytes twice within 100 ms ──▶ direct reads
//             ▲                                              │
//             └───────────────── 100 ms without bytes ◀──────┘

import { blockReads, receive, SystemCallError, unblockReads, yieldCpu } from '@tickline/posix';
import type { Connection } from './connection.ts';

/** `block` sleeps until bytes come, `spin` polls the socket. */
export type ReadWait = 'block' | 'spin';

export interface DirectReadsHandler {
  /** The first `length` bytes of the buffer were received. False ends the direct reads, and reading altogether. */
  onBytes(length: number): boolean;
  /** No more bytes come, for now or for good: the event loop is to read again. */
  onQuiet(): void;
}

/** Bytes count as frequent until this long after the last ones. */
const BUSY_MS = 100;
const SERVE_LOOP_MS = 1;
/** Received after the last bytes. */
const END = 0;

/** The direct reads of one connection. */
export class DirectReads {
  readonly #connection: Connection;
  readonly #buffer: Uint8Array;
  readonly #wait: ReadWait;
  readonly #handler: DirectReadsHandler;
  readonly #readOn = () => this.#read();
  #lastBytesAt = Number.NEGATIVE_INFINITY;
  #isReading = false;

  constructor(connection: Connection, buffer: Uint8Array, wait: ReadWait, handler: DirectReadsHandler) {
    this.#connection = connection;
    this.#buffer = buffer;
    this.#wait = wait;
    this.#handler = handler;
  }

  /** Whether bytes are read here, and not by the event loop. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** The event loop has read bytes. Returns whether it is to stop, because the next ones are read here. */
  takesOver(): boolean {
    const now = performance.now();
    const isFrequent = now - this.#lastBytesAt < BUSY_MS;
    this.#lastBytesAt = now;
    if (this.#isReading) return true; // the event loop was told to read meanwhile
    const { fd } = this.#connection;
    if (!isFrequent || fd === undefined) return false;
    if (this.#wait === 'block') blockReads(fd, SERVE_LOOP_MS);
    this.#isReading = true;
    setImmediate(this.#readOn);
    return true;
  }

  /** Reads for a millisecond, or until nothing comes in time. */
  #read(): void {
    if (!this.#isReading) return;
    const until = performance.now() + SERVE_LOOP_MS;
    let now = 0;
    do {
      const length = this.#receive();
      now = performance.now();
      if (length > 0) {
        this.#lastBytesAt = now;
        if (!this.#handler.onBytes(length)) this.#end();
      } else if (length === END || now - this.#lastBytesAt > BUSY_MS) {
        this.#end();
        if (this.#connection.fd !== undefined) this.#handler.onQuiet();
      } else if (this.#wait === 'spin') yieldCpu();
    } while (this.#isReading && now < until);
    if (this.#isReading) setImmediate(this.#readOn);
  }

  /** The same as receive(). A connection that is closed, perhaps by its last bytes, or that fails has ended. */
  #receive(): number {
    const { fd } = this.#connection;
    if (fd === undefined) return END;
    try {
      return receive(fd, this.#buffer);
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
      this.#connection.close(`read ${error.code}`); // as Node says it
      return END;
    }
  }

  #end(): void {
    this.#isReading = false;
    const { fd } = this.#connection;
    if (fd !== undefined && this.#wait === 'block') unblockReads(fd);
  }
}
