import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterTable } from '../../../packages/price-book/counter-table.ts';
import { Counters } from '../../../packages/price-book/counters.ts';
import { CounterTableError } from '../../../packages/price-book/errors.ts';
import { TEST_COUNTERS } from './test-counters.ts';

const SUM = { kind: 'sum' } as const;

function tableOf(names: readonly string[]): CounterTable<string> {
  return new CounterTable(Object.fromEntries(names.map((name) => [name, SUM])));
}

test('the id of a counter is its position in the table', () => {
  assert.deepEqual(
    TEST_COUNTERS.names.map((name) => TEST_COUNTERS.idOf(name)),
    TEST_COUNTERS.names.map((_, position) => position),
  );
  assert.deepEqual(TEST_COUNTERS.namesOf('reader'), TEST_COUNTERS.names.slice(6));
});

test('a table that does not fit into a book is refused', () => {
  const four = ['a.pid', 'a.starts', 'a.heartbeatNs', 'a.longestLoopNs'];
  const many = Array.from({ length: 244 }, (_, i) => `a.c${i}`);
  assert.equal(tableOf([...four, ...many]).names.length, 248);
  const refused: [string[], RegExp][] = [
    [[...four, ...many, 'a.more'], /has 249 counters, expected at most 248/],
    [
      [...four, `a.${'x'.repeat(47)}`],
      /expected "process.counter" in up to 48 visible ASCII characters, found "a.x/,
    ],
    [[...four, 'a.ä'], /found "a.ä"/],
    [[...four, 'a'], /found "a"/],
    [[...four, 'b.pid'], /"b.starts" is missing/],
  ];
  for (const [names, message] of refused)
    assert.throws(() => tableOf(names), { name: 'CounterTableError', message });
});

test('a counter or a process that the table does not define is refused', () => {
  assert.throws(() => new Counters(TEST_COUNTERS, 'other' as 'writer'), CounterTableError);
  const counters = new Counters(TEST_COUNTERS, 'writer');
  assert.throws(() => counters.add('writer.other' as 'writer.written'), CounterTableError);
});
