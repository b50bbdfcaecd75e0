import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { BookTicks } from '../../src/strategy/book-ticks.ts';

function book(before: number, published = 1, damage?: string): StackBook {
  return { counter: () => before, ticks: () => ({ published }), damage: () => damage } as never;
}

function bookTicks() {
  const unread: number[] = [];
  return { ticks: new BookTicks((count) => unread.push(count)), unread };
}

test('ticks of a lost book that were not read are counted once the next one has ticks', () => {
  const { ticks, unread } = bookTicks();
  ticks.attach(book(0));
  ticks.leave(90);
  ticks.attach(book(100, 0));
  ticks.count(false);
  assert.deepEqual(unread, [], 'its count may not be there yet');
  ticks.attach(book(100));
  ticks.count(false);
  ticks.count(false);
  assert.deepEqual(unread, [10]);
  ticks.leave(50);
  ticks.attach(book(157, 0));
  ticks.count(true);
  assert.deepEqual(unread, [10, 7]);
});

test('a Strategy that starts later, an OrderBook that begins anew and a damaged book count nothing', () => {
  const { ticks, unread } = bookTicks();
  ticks.attach(book(100));
  ticks.count(false);
  ticks.leave(20);
  ticks.attach(book(0));
  ticks.count(false);
  ticks.leave(20);
  ticks.attach(book(1e300, 1, 'noise'));
  ticks.count(true);
  ticks.attach(book(Number.NaN));
  ticks.count(true);
  assert.deepEqual(unread, []);
});
