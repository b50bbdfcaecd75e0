import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { statLines } from '../../src/commands/stat-screen.ts';
import { rates, type Snapshot } from '../../src/commands/stat-snapshot.ts';
import { COUNTER_TABLE, type CounterName } from '../../src/monitoring/counter-table.ts';

const RUNNING = { state: 'running', pid: 4_194_304, silentS: 0.2, starts: 1 } as const;

function snapshot(counters: Partial<Record<CounterName, number>>, changes: Partial<Snapshot> = {}): Snapshot {
  const zeros = Object.fromEntries(COUNTER_TABLE.names.map((name) => [name, 0])) as Snapshot['counters'];
  return {
    timeNs: 5e9,
    book: { path: '/dev/shm/tickline-prices', epoch: 1, symbols: 500, published: 1e9 },
    processes: { gateway: RUNNING, orderbook: RUNNING, strategy: RUNNING, 'order-manager': RUNNING },
    faults: [],
    strategies: [],
    cluster: [],
    readers: [{ name: 'crossover', pid: 4_194_304, lag: 12 }],
    ...changes,
    counters: { ...zeros, ...counters },
  };
}

const text = (lines: readonly string[]) => lines.join('\n');

test('counters that are zero are left out', () => {
  const shown = text(statLines(snapshot({ 'gateway.ticksSent': 7 }), undefined));
  assert.match(shown, /^ticksSent +7$/m);
  assert.doesNotMatch(shown, /newsSent|ordersFilled|tick to decision/);
});

test('names from shared memory move no cursor and set no colour', () => {
  const name = 'cross\x1b[2J\u202eover';
  const strategy = { name, ...RUNNING, counters: {} };
  const now = snapshot(
    {},
    {
      strategies: [strategy, strategy],
      cluster: [{ name, facts: [{ text: name, isBad: false }] }],
      readers: [{ name, pid: 1, lag: 0 }],
    },
  );
  const shown = stripVTControlCharacters(text(statLines(now, undefined)));
  assert.ok(!shown.includes('\u202e'));
  assert.equal(shown.match(/cross \[2J over/g)?.length, 5);
});

test('a sum has a rate per second, a gauge has none', () => {
  const before = snapshot({ 'gateway.ticksSent': 1_000, 'gateway.priceClients': 1 }, { timeNs: 3e9 });
  const now = snapshot({ 'gateway.ticksSent': 5_000, 'gateway.priceClients': 2 });
  assert.deepEqual(rates(now, before), { 'gateway.ticksSent': 2_000 });
  const shown = text(statLines(now, before));
  assert.match(shown, /^ticksSent +5,000 +2,000$/m);
  assert.match(shown, /^priceClients +2$/m);
});

test('processes are shown as dead, stuck or not seen, with the faults of the pipeline', () => {
  const processes = {
    gateway: { ...RUNNING, state: 'dead', silentS: 61.04 },
    orderbook: { ...RUNNING, state: 'stuck', silentS: 3 },
    strategy: { ...RUNNING, starts: 3 },
    'order-manager': { state: 'not seen', pid: 0, silentS: 0, starts: 0 },
  } as const;
  const faults = [
    { process: 'gateway', fault: 'dead' },
    { process: 'strategy', fault: 'not connected to the news' },
  ] as const;
  const lines = statLines(snapshot({}, { processes, faults }), undefined);
  assert.match(text(lines), /^gateway +dead +4194304 +1 +61\.0/m);
  assert.match(text(lines), /^orderbook +stuck +4194304 +1 +3\.0/m);
  assert.match(text(lines), /^strategy +running +4194304 +3 /m);
  assert.match(text(lines), /^order-manager not seen/m);
  assert.deepEqual(
    lines.filter((line) => line.includes(': ') && !line.startsWith('reader')),
    ['strategy: not connected to the news'],
  );
});

test('latencies are in microseconds', () => {
  const counters = {
    'strategy.decisionUpTo50us': 10,
    'strategy.decisionP50Ns': 41_234,
    'strategy.decisionMaxNs': 1_234_567,
  };
  assert.match(text(statLines(snapshot(counters), undefined)), /^tick to decision +41 +0 +0 +0 +1,235 +0$/m);
});

for (const columns of [40, 60, 80, 200]) {
  test(`no line is wider than a terminal of ${columns} columns, even with counters of months`, () => {
    const counters = Object.fromEntries(
      COUNTER_TABLE.names.map((name) => [name, name.startsWith('orderbook.symbols') ? 500 : 1e15]),
    );
    const faults = [{ process: 'strategy', fault: 'not connected to the news' }] as const;
    const readers = ['a-strategy-with-a-long-name', 'crossover', 'mean-reversion'].map((name) => ({
      name,
      pid: 4_194_304,
      lag: 1e9,
    }));
    const path = `/dev/shm/tickline-${'a'.repeat(64)}`;
    const book = { path, epoch: 1, symbols: 500, published: 1e9 };
    const now = snapshot(counters, { timeNs: 6e9, faults, readers, book });
    const lines = statLines(now, snapshot({}), columns);
    for (const line of lines) assert.ok(line.length <= columns, line);
    assert.match(text(lines), /^crossover|[ :]crossover/m);
    assert.match(text(lines), /^µs.* p99/m);
  });
}

test('a narrow terminal shows the counters of all processes, one below the other', () => {
  const counters = { 'gateway.ticksSent': 7, 'strategy.ticksSeen': 6 };
  const lines = statLines(snapshot(counters), undefined, 60);
  for (const pattern of [/^ticksSent +7$/m, /^ticksSeen +6$/m]) assert.match(text(lines), pattern);
  assert.match(text(lines), /^gateway +running +4194304 +1 +0\.2$/m);
});

test('one strategy has no line of its own, several have one each, within 80 columns', () => {
  const strategies = ['crossover', 'a-strategy-with-a-long-name'].map((name) => ({
    ...{ ...RUNNING, name },
    counters: { 'strategy.ticksSeen': 1e15, 'strategy.ordersFilled': 7 },
  }));
  const lines = statLines(snapshot({}, { strategies }), undefined);
  assert.match(text(lines), /^crossover +running +1000T +0 +7 +0$/m);
  assert.match(text(lines), /^a-strategy-with-a-… running /m);
  for (const line of lines) assert.ok(line.length <= 80, line);
  const alone = statLines(snapshot({}, { strategies: strategies.slice(0, 1) }), undefined);
  assert.doesNotMatch(text(alone), /^crossover/m);
});

test('latencies at --rate max are shown as mostly waiting', () => {
  const timed = { 'strategy.decisionUpTo1ms': 9, 'strategy.decisionP50Ns': 5e6 } as const;
  assert.doesNotMatch(text(statLines(snapshot(timed), undefined)), /mostly waiting/);
  const shown = text(statLines(snapshot({ ...timed, 'gateway.unpaced': 1 }), undefined));
  assert.match(shown, /^tick to decision .*\nmostly waiting: --rate max$/m);
});

test('processes of a cluster have a line each, which wraps in a narrow terminal', () => {
  const facts = ['10.0.0.1:4222', 'active', '3 messages behind, 12 ms'].map((fact) => ({
    text: fact,
    isBad: false,
  }));
  const now = snapshot({}, { cluster: [{ name: 'order-manager', facts }] });
  assert.match(
    text(statLines(now, undefined)),
    /^cluster\norder-manager {2}10\.0\.0\.1:4222 {2}active {2}3 /m,
  );
  const narrow = statLines(now, undefined, 40);
  assert.match(text(narrow), /^order-manager {2}10\.0\.0\.1:4222 {2}active\n {15}3 messages behind, 12 ms$/m);
  assert.ok(narrow.every((line) => line.length <= 40));
  assert.doesNotMatch(text(statLines(snapshot({}), undefined)), /^cluster$/m);
});
