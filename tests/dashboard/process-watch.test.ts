import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { Events } from '../../src/dashboard/events.ts';
import { ProcessWatch } from '../../src/dashboard/process-watch.ts';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';

const NS_PER_S = 1e9;

type Counts = Partial<Record<CounterName, number>>;

/** A book of which only the counters are read. */
class Book {
  counters: Counts = {};
  /** The counters of each, by its name. */
  strategies: Readonly<Record<string, Counts>> = {};
  readonly events = new Events();
  servers: ReadonlyMap<number, string> = new Map();
  readonly watch = new ProcessWatch(this.events, () => this.servers);

  lines() {
    this.poll();
    return this.watch.lines();
  }

  poll() {
    const counter = (name: CounterName) => this.counters[name] ?? 0;
    const countsOf = () =>
      Object.entries(this.strategies).map(([name, counts]) => ({
        ...{ name, counter: (counted: CounterName) => counts[counted] ?? 0 },
      }));
    return this.watch.poll({ counter, countsOf } as unknown as StackBook);
  }

  get gateway() {
    const line = this.lines().find(({ name }) => name === 'gateway');
    assert.ok(line);
    return line;
  }

  /** Name and state of each strategy. */
  get traders() {
    return this.lines()
      .filter(({ name }) => name === 'strategy')
      .map(({ strategy, state }) => [strategy?.name, state]);
  }

  takenEvents() {
    return this.events.take()?.map(({ text }) => text) ?? [];
  }
}

function running(counts: Counts = {}): Counts {
  return { 'strategy.pid': process.pid, 'strategy.heartbeatNs': nowNs(), ...counts };
}

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a process that was dead before the dashboard started died when its heartbeat stopped', async () => {
  const book = new Book();
  book.counters = { 'gateway.pid': await deadPid(), 'gateway.heartbeatNs': nowNs() - 90 * NS_PER_S };
  const { state, diedAt } = book.gateway;
  assert.equal(state, 'dead');
  const ageMs = Date.now() - (diedAt ?? 0);
  assert.ok(ageMs >= 90_000 && ageMs < 150_000, `${ageMs}`);
  assert.equal(book.gateway.diedAt, diedAt, 'and that does not change');
});

test('the death of a process that was restarted between two looks is known too', async () => {
  const book = new Book();
  book.counters = { 'gateway.pid': process.ppid, 'gateway.heartbeatNs': nowNs() };
  assert.equal(book.gateway.diedAt, null);
  book.counters = { 'gateway.pid': process.pid, 'gateway.heartbeatNs': nowNs() };
  assert.ok(book.gateway.diedAt !== null);
});

test('a Gateway whose data has ended, and which then fails, has died', async () => {
  const book = new Book();
  book.counters = {
    ...{ 'gateway.pid': await deadPid(), 'gateway.heartbeatNs': nowNs(), 'gateway.ended': 1 },
  };
  assert.equal(book.gateway.state, 'dead');
});

test('a Gateway that exits after the end of its data has ended, and has not died', async () => {
  const book = new Book();
  book.counters = {
    ...{ 'gateway.pid': await deadPid(), 'gateway.heartbeatNs': nowNs(), 'gateway.exited': 1 },
  };
  assert.deepEqual([book.gateway.state, book.gateway.diedAt], ['ended', null]);
});

test('each strategy has a line, with its state and its counters', async () => {
  const book = new Book();
  const sent = { 'strategy.ordersSent': 9, 'strategy.ordersFilled': 7, 'strategy.ordersRejected': 2 };
  book.strategies = { one: running(sent), two: { ...running(), 'strategy.pid': await deadPid() } };
  const lines = book.lines();
  const names = ['gateway', 'orderbook', 'strategy', 'strategy', 'order-manager'];
  assert.deepEqual(
    lines.map(({ name }) => name),
    names,
  );
  assert.equal(new Set(lines.map(({ id }) => id)).size, names.length);
  assert.deepEqual(book.traders, [
    ['one', 'running'],
    ['two', 'dead'],
  ]);
  assert.deepEqual(lines[2].strategy, { name: 'one', sent: 9, filled: 7, rejected: 2 });
});

test('the first look at a book is a change: what was described before may have started since', () => {
  const book = new Book();
  assert.equal(book.poll(), true);
  assert.equal(book.poll(), false);
});

test('a strategy that starts later takes the place of the one that had not started', () => {
  const book = new Book();
  assert.deepEqual(book.traders, [[undefined, 'not seen']]);
  book.strategies = { one: running() };
  assert.deepEqual(book.traders, [['one', 'running']]);
  assert.deepEqual(book.takenEvents(), [`strategy runs (process ${process.pid})`]);
});

test('the death of one of several strategies is an event with its name, and the others live on', async () => {
  const book = new Book();
  book.strategies = { one: running(), two: running() };
  assert.ok(book.lines().every(({ diedAt }) => diedAt === null));
  const pid = await deadPid();
  book.strategies = { one: running(), two: { ...running(), 'strategy.pid': pid } };
  assert.deepEqual(
    book.lines().flatMap(({ strategy, diedAt }) => (diedAt === null ? [] : [strategy?.name])),
    ['two'],
  );
  assert.deepEqual(book.takenEvents(), [`strategy two died (process ${process.pid})`]);
});

test('a strategy that gets the counters of a dead one is another strategy, and not its restart', async () => {
  const book = new Book();
  book.strategies = { one: { ...running(), 'strategy.pid': await deadPid() } };
  assert.deepEqual(book.traders, [['one', 'dead']]);
  book.strategies = { two: running() };
  assert.deepEqual(book.traders, [['two', 'running']]);
  assert.deepEqual(book.takenEvents(), [`strategy runs (process ${process.pid})`]);
  assert.ok(book.lines().every(({ diedAt }) => diedAt === null));
});

test('two strategies of one name have a line each', () => {
  const book = new Book();
  const counter = (counts: Counts) => (name: CounterName) => counts[name] ?? 0;
  const countsOf = () => [1, 2].map(() => ({ name: 'one', counter: counter(running()) }));
  book.watch.poll({ counter: counter({}), countsOf } as unknown as StackBook);
  assert.equal(new Set(book.watch.lines().map(({ id }) => id)).size, 5);
});

test('a process of a cluster says which server it is connected to', () => {
  const book = new Book();
  const beating = { 'gateway.pid': process.pid, 'gateway.heartbeatNs': nowNs() };
  book.counters = { ...beating, 'gateway.nats': 1 };
  book.servers = new Map([[process.pid, '10.0.0.1:4222']]);
  book.poll();
  book.watch.measure();
  assert.equal(book.gateway.cluster[0]?.text, '10.0.0.1:4222');
  book.counters = { ...beating, 'gateway.nats': -1 };
  assert.deepEqual(book.gateway.cluster[0], { text: 'not connected to NATS', isBad: true });
  book.counters = beating;
  assert.deepEqual(book.gateway.cluster, []);
});
