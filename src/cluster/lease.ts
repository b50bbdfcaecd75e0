// The lease of the active OrderManager: a key that it renews every second. A standby takes it when it has not changed for 5 s of
// the standby's own clock. It only decides who tries: the report log decides whose answers count.

import { JetStreamApiError } from '@nats-io/jetstream';
import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import type { Cluster } from './connection.ts';

const BUCKET = 'tickline';
/** A holder that has not renewed it for this long has lost it. */
export const LEASE_MS = 5_000;
const FREE = '';
const COPIES_IN_CLUSTER = 3;
const WRONG_LAST_SEQUENCE = 10071;

export class Lease {
  readonly #bucket: KV;
  readonly #key: string;
  readonly #holder: string;
  #revision = 0;
  #seen: { readonly revision: number; readonly atMs: number } | undefined;
  #lastHolder = '';

  private constructor(bucket: KV, account: number, holder: string) {
    this.#bucket = bucket;
    this.#key = `manager.${account}`;
    this.#holder = holder;
  }

  /** @param holder names this process, and no other ever. @throws JetStreamApiError, TimeoutError */
  static async open(cluster: Cluster, account: number, holder: string): Promise<Lease> {
    const replicas = cluster.isClustered ? COPIES_IN_CLUSTER : 1;
    const bucket = await new Kvm(cluster.messages).create(BUCKET, { replicas, history: 1 });
    return new Lease(bucket, account, holder);
  }

  /** The process that has it, as far as this one saw; empty if none. */
  get lastHolder(): string {
    return this.#lastHolder;
  }

  /** Takes the lease if nobody has it. Returns its revision then. @throws JetStreamApiError, TimeoutError */
  async tryTake(): Promise<number | undefined> {
    const entry = await this.#bucket.get(this.#key);
    const revision = entry?.revision ?? 0;
    if (entry !== null && !this.#isFree(entry)) return undefined;
    return (await this.#write(this.#holder, revision)) ? this.#revision : undefined;
  }

  /** Returns false if another process has it. @throws JetStreamApiError, TimeoutError: nobody knows */
  async renew(): Promise<boolean> {
    if (await this.#write(this.#holder, this.#revision)) return true;
    const entry = await this.#bucket.get(this.#key); // a renewal without an answer may have been stored
    if (entry === null || entry.string() !== this.#holder) return false;
    this.#revision = entry.revision;
    return true;
  }

  /** A standby takes it immediately. */
  async release(): Promise<void> {
    await this.#write(FREE, this.#revision);
  }

  #isFree(entry: KvEntry): boolean {
    const holder = entry.string();
    this.#lastHolder = holder;
    if (holder === FREE || holder === this.#holder) return true;
    const now = performance.now();
    if (this.#seen?.revision !== entry.revision) this.#seen = { revision: entry.revision, atMs: now };
    return now - this.#seen.atMs > LEASE_MS;
  }

  /** Returns whether the revision was still the last one. */
  async #write(holder: string, revision: number): Promise<boolean> {
    try {
      this.#revision = await this.#bucket.put(this.#key, holder, { previousSeq: revision });
      this.#lastHolder = holder;
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE) return false;
      throw error;
    }
  }
}
