// What a Node programmer would pick to carry prices from one process to another. Each is driven by its own best client,
// over a Unix socket where it can, with 64 KiB of ticks a message; where it has no backpressure of its own, the receiver
// says how many messages it has taken, and the sender is at most IN_FLIGHT ahead.

import { connect as connectNats } from '@nats-io/transport-node';
import { createClient } from '@redis/client';
import { Pull, Push } from 'zeromq';

/** Sends a message; resolves when the next one may be sent. */
export type Send = (message: Uint8Array) => Promise<void>;
/** Takes a message; it may be kept no longer than the call. */
export type Take = (message: Uint8Array) => void;

export interface Carrier {
  sender(address: string): Promise<Send>;
  receiver(address: string, take: Take): Promise<void>;
}

export const IN_FLIGHT = 32;
const TOLD_EVERY = 8;
const SUBJECT = 'ticks';
const TAKEN = 'taken';

/** Messages that may still be sent before the receiver has to be heard. */
export class Credits {
  #left = IN_FLIGHT;
  #wake: () => void = () => {};

  async take(): Promise<void> {
    while (this.#left === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#left--;
  }

  give(messages: number): void {
    this.#left += messages;
    this.#wake();
  }
}

/** Tells every so many messages how many were taken. */
export function acknowledging<M>(take: (message: M) => void, tell: (messages: number) => void) {
  let taken = 0;
  return (message: M) => {
    take(message);
    if (++taken % TOLD_EVERY === 0) tell(TOLD_EVERY);
  };
}

const redis: Carrier = {
  async sender(address) {
    const credits = new Credits();
    const listener = await createClient({ socket: { path: address, tls: false } }).connect();
    await listener.subscribe(TAKEN, (count) => credits.give(Number(count)));
    const client = await createClient({ socket: { path: address, tls: false } }).connect();
    return async (message) => {
      await credits.take();
      client.publish(SUBJECT, asBuffer(message)).catch(() => process.exit(1));
    };
  },
  async receiver(address, take) {
    const teller = await createClient({ socket: { path: address, tls: false } }).connect();
    const client = await createClient({ socket: { path: address, tls: false } }).connect();
    const tell = (count: number) => void teller.publish(TAKEN, String(count)).catch(() => process.exit(1));
    await client.subscribe(SUBJECT, acknowledging(take, tell), true);
  },
};

const nats: Carrier = {
  async sender(address) {
    const credits = new Credits();
    const connection = await connectNats({ servers: address });
    connection.subscribe(TAKEN, { callback: (_, message) => credits.give(Number(message.string())) });
    await connection.flush();
    return async (message) => {
      await credits.take();
      connection.publish(SUBJECT, message);
    };
  },
  async receiver(address, take) {
    const connection = await connectNats({ servers: address });
    const taking = acknowledging(take, (count) => connection.publish(TAKEN, String(count)));
    connection.subscribe(SUBJECT, { callback: (_, message) => taking(message.data) });
    await connection.flush();
  },
};

const zeromq: Carrier = {
  async sender(address) {
    const socket = new Push({ sendHighWaterMark: IN_FLIGHT });
    await socket.bind(address);
    return (message) => socket.send(message);
  },
  async receiver(address, take) {
    const socket = new Pull({ receiveHighWaterMark: IN_FLIGHT });
    socket.connect(address);
    void (async () => {
      for await (const [message] of socket) take(message);
    })();
  },
};

export const CARRIERS: Readonly<Record<string, Carrier>> = { redis, nats, zeromq };

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
