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

/** A book of which only the counters of the Gateway are read. */
class Book {
  counters: Partial<Record<CounterName, number>> = {};
  readonly watch = new ProcessWatch(new Events());

  get gateway() {
    this.watch.poll({ counter: (name: CounterName) => this.counters[name] ?? 0 } as StackBook);
    const line = this.watch.lines().find(({ name }) => name === 'gateway');
    assert.ok(line);
    return line;
  }
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
