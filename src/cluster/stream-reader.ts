// Reads a stream in order, each message once, for as long as it is wanted: whatever happens to the connection, the leader or
// the consumer, it goes on behind the last message that it passed on.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { messageOf, TicklineError } from '../platform/errors.ts';
import type { Cluster } from './connection.ts';

export interface StreamMessage {
  /** Its number in the stream. */
  readonly sequence: number;
  readonly subject: string;
  readonly text: string;
  readonly bytes: Uint8Array;
  /** Messages of the reader that are behind it in the stream. */
  readonly pending: number;
}

export interface StreamReaderOptions {
  readonly stream: string;
  /** Only messages of this subject. Default: all. */
  readonly filter?: string | undefined;
  /** The sequence to begin with. */
  readonly from: number;
  onMessage(message: StreamMessage): void;
  /** Awaited before more messages are asked for, of which there are at most BATCH_MAX then. */
  ready?(): Promise<void>;
  /** It begins anew behind the last message. Called once per reason until a message arrives. */
  onRestart(reason: string): void;
}

/** Messages that are asked for together. */
export const BATCH_MAX = 500;
/** How long one request for messages is open. */
const EXPIRES_MS = 1_000;
/** A request without an end for this long, and without heartbeats, has lost its consumer. */
const SILENCE_MS = 3_000;
/** The server removes a consumer that asks for nothing for this long. */
const INACTIVE_MS = 10_000;
const RETRY_MS = 250;

/** Messages were sent to this reader and did not arrive. */
class DeliveryLostError extends TicklineError {
  constructor(stream: string, expected: number, found: number) {
    super(`delivery ${expected} of ${stream} did not arrive (the next was ${found}): reads them again`);
  }
}

export class StreamReader {
  readonly #cluster: Cluster;
  readonly #options: StreamReaderOptions;
  readonly #ended: Promise<void>;
  #next: number;
  /** Messages of the present consumer. */
  #delivered = 0;
  #messages: ConsumerMessages | undefined;
  #isStopped = false;
  #lastReason = '';

  /** Begins to read. */
  constructor(cluster: Cluster, options: StreamReaderOptions) {
    this.#cluster = cluster;
    this.#options = options;
    this.#next = options.from;
    this.#ended = this.#run();
  }

  /** No message is passed on after that. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#messages?.stop();
    await this.#ended;
  }

  async #run(): Promise<void> {
    let consumer: Consumer | undefined;
    while (!this.#isStopped) {
      try {
        consumer ??= await this.#newConsumer();
        await this.#options.ready?.();
        const received = await this.#readSome(consumer);
        if (received === 0 && !this.#isStopped) await this.#requireAll(consumer);
      } catch (error) {
        consumer = undefined;
        this.#onFailure(error);
        await sleep(RETRY_MS);
      }
    }
  }

  async #newConsumer(): Promise<Consumer> {
    const { streams, messages } = this.#cluster;
    const { stream, filter } = this.#options;
    this.#delivered = 0;
    const info = await streams.consumers.add(stream, {
      name: `tickline_${process.pid}_${Math.random().toString(36).slice(2)}`,
      ack_policy: 'none',
      deliver_policy: 'by_start_sequence',
      opt_start_seq: this.#next,
      mem_storage: true,
      num_replicas: 1,
      inactive_threshold: nanos(INACTIVE_MS),
      ...(filter !== undefined && { filter_subject: filter }),
    });
    return messages.consumers.getConsumerFromInfo(info);
  }

  /** Returns how many arrived before the request expired. */
  async #readSome(consumer: Consumer): Promise<number> {
    if (this.#isStopped) return 0;
    const messages = await consumer.fetch({ max_messages: BATCH_MAX, expires: EXPIRES_MS });
    this.#messages = messages;
    const watchdog = setTimeout(() => messages.stop(), EXPIRES_MS + SILENCE_MS);
    let received = 0;
    try {
      for await (const message of messages) {
        if (this.#isStopped) break;
        this.#take(message);
        received++;
      }
    } finally {
      clearTimeout(watchdog);
      messages.stop();
      this.#messages = undefined;
    }
    return received;
  }

  #take(message: JsMsg): void {
    const { deliverySequence, streamSequence, pending } = message.info;
    const { stream, onMessage } = this.#options;
    if (deliverySequence !== this.#delivered + 1)
      throw new DeliveryLostError(stream, this.#delivered + 1, deliverySequence);
    this.#delivered++;
    this.#next = streamSequence + 1;
    this.#lastReason = '';
    onMessage({
      sequence: streamSequence,
      subject: message.subject,
      text: message.string(),
      bytes: message.data,
      pending,
    });
  }

  /** The last messages before a pause may be lost too, which no later one tells. */
  async #requireAll(consumer: Consumer): Promise<void> {
    const { delivered } = await consumer.info();
    if (delivered.consumer_seq !== this.#delivered)
      throw new DeliveryLostError(this.#options.stream, this.#delivered + 1, delivered.consumer_seq + 1);
  }

  #onFailure(error: unknown): void {
    const reason = messageOf(error);
    if (this.#isStopped || reason === this.#lastReason) return;
    this.#lastReason = reason;
    this.#options.onRestart(reason);
  }
}
