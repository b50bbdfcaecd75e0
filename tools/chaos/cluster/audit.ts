// The accounts of a cluster that must balance after every fault.
//
// The feed is paused for it, so that streams, books and records come to rest and can be compared exactly.

import { createHash } from 'node:crypto';
import { headerAt } from '../../../src/cluster/shard-publisher.ts';
import { tickStream } from '../../../src/cluster/streams.ts';
import { MessageKind, type TickHeader } from '../../../src/cluster/tick-message.ts';
import { SHARD_COUNT } from '../../../src/domain/shard-count.ts';
import { RecordReader } from '../../../src/order-store/record-reader.ts';
import type { RecordedOrder } from '../../../src/order-store/recorded-order.ts';
import { BrokenPromiseError } from '../errors.ts';
import type { Machine } from './machine.ts';
import { STALE_MS, type Stage } from './stage.ts';

/** Time in which everything comes to rest. */
const REST_MS = 60_000;
/** A machine learns the age of a tick from the least delay of the last minute, and a loaded one decides late. */
const STALE_SLACK_MS = 500;

/** What was compared. */
export interface Audited {
  readonly ticks: number;
  readonly missed: number;
  readonly orders: number;
  /** Age of the oldest price that an order was decided on, in ms. */
  readonly oldestMs: number;
}

export class Audit {
  readonly #stage: Stage;
  /** Ticks of the run that a book did not get, because it began behind them. */
  readonly #skipped: number[] = [];

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Pauses the feed, compares, and lets it continue. @throws BrokenPromiseError, ConditionTimeoutError */
  async run(): Promise<Audited> {
    const stage = this.#stage;
    stage.pauseFeed(true);
    try {
      return await this.compare();
    } finally {
      stage.pauseFeed(false);
    }
  }

  /** run(), after the Gateway has exited. @throws BrokenPromiseError, ConditionTimeoutError */
  async compare(): Promise<Audited> {
    const stage = this.#stage;
    let sent: readonly number[] = [];
    await stage.until(
      'every book has every shard',
      async () => {
        sent = await this.#sentTicks().catch(() => []); // a stream without a leader
        if (sent.length === 0) return false;
        return stage.machines.every((machine) => hasAll(machine, sent));
      },
      REST_MS,
    );
    const ticks = sum(sent);
    const missed = stage.machines.map((machine, index) => this.#checkTicks(machine, index, ticks));
    return { ticks, missed: sum(missed), ...(await this.#checkOrders()) };
  }

  /** Ticks of each shard in its stream, by the numbers of the last message. */
  async #sentTicks(): Promise<number[]> {
    const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
    const headers = await Promise.all(shards.map((shard) => this.#lastHeader(shard)));
    return headers.map((header) => header.first + header.count - 1);
  }

  async #lastHeader(shard: number): Promise<TickHeader> {
    const { cluster } = this.#stage;
    const { name } = tickStream(shard);
    const { state } = await cluster.streams.streams.info(name);
    const header = await headerAt(cluster, name, state.last_seq);
    if (header === undefined || header.kind === MessageKind.CLAIM)
      throw new BrokenPromiseError(`the last message of ${name}`, 'one of the Gateway', String(header?.kind));
    return header;
  }

  /** Sent = applied + counted as lost. Returns those that were lost. */
  #checkTicks(machine: Machine, index: number, sent: number): number {
    const [applied, missed] = [
      machine.counter('orderbook.ticksApplied'),
      machine.counter('orderbook.ticksMissed'),
    ];
    this.#skipped[index] ??= sent - applied - missed;
    requireEqual(
      `ticks applied and lost, ${machine.stack.bookName}`,
      applied + missed + this.#skipped[index],
      sent,
    );
    requireEqual('unknown losses', machine.counter('orderbook.gaps') > 0 && missed === 0, false);
    return missed;
  }

  /** Each order once, none at a stale price, and the same record at both managers. */
  async #checkOrders(): Promise<Pick<Audited, 'orders' | 'oldestMs'>> {
    const stage = this.#stage;
    await stage.until(
      'every order is answered',
      () => stage.machines.every((machine) => machine.counter('strategy.ordersUnanswered') === 0),
      REST_MS,
    );
    const sent = sum(stage.machines.map((machine) => machine.counter('strategy.ordersSent')));
    const records = () => stage.managers.map(({ stack }) => stack.orders());
    await stage.until(
      'both managers have every order',
      () => records().every(({ length }) => length >= sent),
      REST_MS,
    );
    const [orders, copies] = records();
    requireEqual('orders of the records', orders.length, sent);
    requireEqual('orders executed once', new Set(orders.map(keyOf)).size, sent);
    requireEqual('the record of the other manager', digest(copies), digest(orders));
    const [positions, others] = stage.managers.map(positionsOf);
    requireEqual('positions of the other manager', others, positions);
    return { orders: sent, oldestMs: this.#oldestMs(orders) };
  }

  /** The oldest price of all orders. Ticks and orders are dated by clocks that the faults leave alone. */
  #oldestMs(orders: readonly RecordedOrder[]): number {
    let oldestMs = 0;
    for (const { strategy, clOrdId, note, marketTime } of orders) {
      const ageMs = Math.round(Number(note) - this.#stage.aheadMs(strategy) - (marketTime ?? Number.NaN));
      if (!(Math.abs(ageMs) <= STALE_MS + STALE_SLACK_MS))
        throw new BrokenPromiseError('no order at stale prices', `${STALE_MS} ms`, `${ageMs} ms, ${clOrdId}`);
      oldestMs = Math.max(oldestMs, ageMs);
    }
    return oldestMs;
  }
}

/** Whether the book of the machine has the ticks of all shards. */
function hasAll(machine: Machine, sent: readonly number[]): boolean {
  const { shards } = machine.look();
  return sent.every((ticks, shard) => (shards[shard]?.next ?? 1) - 1 === ticks);
}

function keyOf({ strategy, clOrdId }: RecordedOrder): string {
  return `${strategy}:${clOrdId}`;
}

function digest(orders: readonly RecordedOrder[]): string {
  return createHash('sha256').update(JSON.stringify(orders)).digest('hex');
}

function positionsOf({ stack }: Machine): string {
  const record = RecordReader.open(stack.ordersDb);
  try {
    const positions = record
      .positions()
      .map(({ strategy, symbol, quantity }) => [strategy, symbol, quantity]);
    return JSON.stringify(positions.sort());
  } finally {
    record.close();
  }
}

/** @throws BrokenPromiseError */
function requireEqual<T extends string | number | boolean>(promise: string, found: T, expected: T): void {
  if (found !== expected) throw new BrokenPromiseError(promise, String(expected), String(found));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
