// What can be checked on a stack that somebody else started, whatever its strategies and its guards: the book, the record
// from now on, and the outboxes of a run.

import fs from 'node:fs';
import { attachBook, type StackBook } from '../../src/monitoring/stack-book.ts';
import { strategiesOf } from '../../src/monitoring/strategies.ts';
import { strategyKey } from '../../src/order-store/recorded-order.ts';
import { SqliteOrderReader } from '../../src/order-store/sqlite/sqlite-order-reader.ts';
import { outboxBeside } from '../../src/settings/paths.ts';
import { BrokenPromiseError } from './errors.ts';
import { checkDecided, checkGaps } from './promises.ts';
import { OutboxWitness } from './witnesses.ts';

export class LiveInspection implements Disposable {
  readonly #stack: string;
  readonly #record: SqliteOrderReader | undefined;
  readonly #outboxes = new Map<string, OutboxWitness>();
  readonly #recorded = new Set<string>();
  readonly #firstOrderId: number;
  #lastOrderId: number;
  #book: StackBook;

  /** @throws BookNotFoundError, RecordOpenError */
  constructor(stack: string, record: string | undefined) {
    this.#stack = stack;
    this.#book = attachBook(stack);
    this.#record = record === undefined ? undefined : SqliteOrderReader.openReadOnly(record);
    const [last] = this.#record?.orders({ limit: 1, newestFirst: true }) ?? [];
    this.#firstOrderId = (last?.orderId ?? 0) + 1;
    this.#lastOrderId = this.#firstOrderId - 1;
    for (const { name } of record === undefined ? [] : strategiesOf(this.#book)) {
      const outbox = outboxBeside(record ?? '', name);
      if (fs.existsSync(outbox)) this.#outboxes.set(name, new OutboxWitness(outbox));
    }
  }

  /** The book that is in use now. */
  get book(): StackBook {
    if (this.#book.replaced) this.#book = attachBook(this.#stack);
    return this.#book;
  }

  /** Orders since the start; undefined without a record. */
  get recorded(): number | undefined {
    return this.#record && this.#lastOrderId - this.#firstOrderId + 1;
  }

  /** Orders seen in the outboxes. */
  get decided(): number {
    return [...this.#outboxes.values()].reduce((sum, { decided }) => sum + decided.size, 0);
  }

  /** Checks whatever is new. @throws BrokenPromiseError */
  check(): void {
    this.#readRecord();
    const { cursor, lastSequence } = this.book.ticks();
    if (cursor > 0) checkGaps(cursor, this.book.counter('orderbook.ticksMissed'), lastSequence);
  }

  /** Whether every order seen in an outbox is recorded by now. */
  get isSettled(): boolean {
    return this.#unrecorded().length === 0;
  }

  /** @throws BrokenPromiseError */
  checkAtEnd(): void {
    this.check();
    checkDecided(this.#unrecorded(), new Set());
  }

  [Symbol.dispose](): void {
    for (const outbox of this.#outboxes.values()) outbox.stop();
    this.#record?.close();
  }

  #readRecord(): void {
    for (const { orderId, strategy, clOrdId } of this.#record?.orders({ from: this.#lastOrderId + 1 }) ??
      []) {
      if (orderId !== this.#lastOrderId + 1)
        throw new BrokenPromiseError(
          'orders are numbered without a gap',
          `${this.#lastOrderId + 1}`,
          `${orderId}`,
        );
      this.#lastOrderId = orderId;
      if (clOrdId === undefined) continue; // a plain order, which has no name
      const key = strategyKey(strategy, clOrdId);
      if (this.#recorded.has(key))
        throw new BrokenPromiseError('an order is recorded once', 'a new clOrdId', `${key} again`);
      this.#recorded.add(key);
    }
  }

  #unrecorded(): string[] {
    return [...this.#outboxes].flatMap(([strategy, { decided }]) =>
      [...decided].filter((clOrdId) => this.#record?.find(strategy, clOrdId) === undefined),
    );
  }
}
