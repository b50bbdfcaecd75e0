// What a Node programmer would use to carry prices between processes. Each carrier has its best client, a Unix socket if it
// can, and 64 KiB of ticks per message. For one without backpressure the receiver acknowledges messages, and the sender is
// at most IN_FLIGHT messages ahead.

import { connect as connectNats } from '@nats-io/transport-node';
import { createClient } from '@redis/client';
import { Pull, Push } from 'zeromq';

/** Sends a message; resolves when the next one may be sent. */
export type Send = (message: Uint8Array) => Promise<void>;
/** Receives a message, which is valid only during the call. */
export type Take = (message: Uint8Array) => void;

export interface Carrier {
  sender(address: string): Promise<Send>;
  receiver(address: string, take: Take): Promise<void>;
}

export const IN_FLIGHT = 32;
const ACKNOWLEDGED_TOGETHER = 8;
const SUBJECT = 'ticks';
const TAKEN = 'taken';

/** Messages that may still be sent before the next acknowledgement. */
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

/** Wraps `take` so that every ACKNOWLEDGED_TOGETHER messages are acknowledged. */
export function acknowledging<M>(take: (message: M) => void, acknowledge: (messages: number) => void) {
  let taken = 0;
  return (message: M) => {
    take(message);
    if (++taken % ACKNOWLEDGED_TOGETHER === 0) acknowledge(ACKNOWLEDGED_TOGETHER);
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
    const acknowledger = await createClient({ socket: { path: address, tls: false } }).connect();
    const client = await createClient({ socket: { path: address, tls: false } }).connect();
    const acknowledge = (count: number) =>
      void acknowledger.publish(TAKEN, String(count)).catch(() => process.exit(1));
    await client.subscribe(SUBJECT, acknowledging(take, acknowledge), true);
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
