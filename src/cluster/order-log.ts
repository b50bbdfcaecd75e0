// The streams of orders and reports. The report log has one order of entries that all managers agree on: an entry is accepted
// only behind the entry that its writer saw last.

import { setTimeout as sleep } from 'node:timers/promises';
import { JetStreamApiError, JetStreamError } from '@nats-io/jetstream';
import { messageOf } from '../platform/errors.ts';
import { decodeEntry, encodeEntry, type LogEntry } from '../protocol/report-log.ts';
import type { Cluster } from './connection.ts';
import { LogTrimmedError } from './errors.ts';
import { tokenOf } from './strategy-token.ts';
import { orderStream, reportStream, requireStream } from './streams.ts';

/** The account shard of all orders. More managers would need more of them, each with its own pair of streams. */
export const ACCOUNT = 0;
/** How long an acknowledgement may last. */
const ACK_TIMEOUT_MS = 3_000;
const RETRY_MS = 100;
const WRONG_LAST_SEQUENCE = 10071;
/** Of entries that are not about one strategy. No strategy can have the name. */
const CONTROL_TOKEN = '@control';

export function orderSubject(account: number, strategy: string): string {
  return `tl.ord.${account}.${tokenOf(strategy)}`;
}

export function reportSubject(account: number, strategy: string): string {
  return `tl.rep.${account}.${tokenOf(strategy)}`;
}

/** Makes both streams where they are missing. @throws as requireStream() */
export async function requireOrderStreams(
  cluster: Cluster,
  account: number,
  stop: AbortSignal,
): Promise<void> {
  await requireStream(cluster, orderStream(account), stop);
  await requireStream(cluster, reportStream(account), stop);
}

/**
 * Sends an order, again and again until it is in the stream or `isWanted` returns false.
 * @param id repeats of one id within two minutes are stored once
 * @param onDelay called once if the first attempt fails, with the reason
 */
export async function sendOrder(
  cluster: Cluster,
  order: { readonly subject: string; readonly id: string; readonly text: string },
  isWanted: () => boolean,
  onDelay: (reason: string) => void,
): Promise<void> {
  for (let attempts = 1; isWanted(); attempts++) {
    try {
      await cluster.messages.publish(order.subject, order.text, { msgID: order.id, timeout: ACK_TIMEOUT_MS });
      return;
    } catch (error) {
      if (attempts === 1) onDelay(messageOf(error));
      await sleep(RETRY_MS);
    }
  }
}

/** An entry to append. */
export interface NewEntry {
  /** Whose subject it gets; undefined: it is not about one strategy. */
  readonly strategy: string | undefined;
  readonly entry: LogEntry;
}

/** What became of an append. */
export type Appended =
  | { readonly kind: 'appended'; readonly lastSequence: number }
  /** Another manager has written since: none of what follows its entry was accepted. */
  | { readonly kind: 'overtaken' }
  /** Nobody knows whether all of it was stored. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The report log of one account shard. */
export class ReportLog {
  readonly #cluster: Cluster;
  readonly #account: number;
  readonly stream: string;

  constructor(cluster: Cluster, account: number) {
    this.#cluster = cluster;
    this.#account = account;
    this.stream = reportStream(account).name;
  }

  /**
   * Appends entries behind `lastSequence`, all or none. They are on the disks of most servers when it returns `appended`. As
   * single messages, those behind a first one that another manager's entry replaced would still be accepted.
   */
  async append(entries: readonly NewEntry[], lastSequence: number): Promise<Appended> {
    try {
      await this.#publish(entries, lastSequence);
      return { kind: 'appended', lastSequence: lastSequence + entries.length };
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE)
        return { kind: 'overtaken' };
      return { kind: 'unknown', reason: messageOf(error) };
    }
  }

  /** @throws JetStreamApiError, JetStreamError, TimeoutError */
  async #publish(entries: readonly NewEntry[], lastSequence: number): Promise<void> {
    const [first, ...rest] = entries.map(
      ({ strategy, entry }) =>
        [reportSubject(this.#account, strategy ?? CONTROL_TOKEN), encodeEntry(entry)] as const,
    );
    const last = rest.pop();
    const expect = { streamName: this.stream, lastSequence };
    const timeout = ACK_TIMEOUT_MS;
    if (last === undefined) {
      await this.#cluster.messages.publish(...first, { expect, timeout, retries: 0 });
      return;
    }
    const batch = await this.#cluster.messages.startBatch(...first, { expect, timeout });
    for (const [subject, text] of rest) batch.add(subject, text);
    await batch.commit(...last, { timeout });
  }

  /** The sequences that the leader of the stream has. Empty: `last` is below `first`. @throws JetStreamApiError, TimeoutError */
  async range(): Promise<{ readonly first: number; readonly last: number }> {
    const { state } = await this.#cluster.streams.streams.info(this.stream);
    return { first: Math.max(1, state.first_seq), last: state.last_seq };
  }

  /**
   * The sequence to read from for a record that ends with `lastOrderId`: of the entry that has this order, or of the first
   * entry of all. Behind the end if the log is empty.
   * @throws LogTrimmedError, BadMessageError, JetStreamApiError, TimeoutError
   */
  async startFor(lastOrderId: number): Promise<number> {
    const { first, last } = await this.range();
    if (last < first) return last + 1;
    let low = first;
    let high = last;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((await this.#entry(middle)).lastOrderId >= lastOrderId) high = middle;
      else low = middle + 1;
    }
    const found = await this.#entry(low);
    const { content } = found;
    const before = content.type === 'report' && content.orderId === found.lastOrderId ? 1 : 0;
    if (low === first && found.lastOrderId - before > lastOrderId)
      throw new LogTrimmedError(this.stream, lastOrderId, found.lastOrderId);
    return low;
  }

  async #entry(sequence: number): Promise<LogEntry> {
    const message = await this.#cluster.streams.streams.getMessage(this.stream, { seq: sequence });
    if (message === null) throw new JetStreamError(`${this.stream} has no message ${sequence}`);
    return decodeEntry(message.string());
  }
}
