import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SymbolIndex } from '../../src/orderbook/symbol-index.ts';
import fc from '../property.ts';

/** Finds a symbol as the decoder does: by its key, and by its bytes among others, which the next read overwrites. */
function find(index: SymbolIndex, text: string): number {
  const bytes = Buffer.from(`**${text},1*`, 'latin1');
  const [start, end] = [2, 2 + text.length];
  let low = 0;
  let high = 0;
  for (let at = start; at < end; at++) {
    high = (high << 8) | (low >>> 24);
    low = (low << 8) | (bytes[at] ?? 0);
  }
  const found = index.findOrRegister(low, high, bytes, start, end);
  bytes.fill(0);
  return found;
}

/** An index that numbers symbols in the order in which they are registered. */
function numbering(capacity = Number.POSITIVE_INFINITY): { index: SymbolIndex; asked: string[] } {
  const asked: string[] = [];
  let next = 0;
  const index = new SymbolIndex((symbol) => {
    asked.push(symbol);
    return next < capacity ? next++ : -1;
  });
  return { index, asked };
}

const symbol = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9.\-_/^=:&$@+~]{1,16}$/),
  fc.stringMatching(/^[AB]{1,16}$/), // many with a common start or end
);

test('it agrees with a Map for any symbols', () => {
  fc.assert(
    fc.property(
      fc.array(symbol, { maxLength: 200 }),
      fc.integer({ min: 0, max: 100 }),
      (symbols, capacity) => {
        const { index } = numbering(capacity);
        const map = new Map<string, number>();
        for (const name of symbols) {
          if (!map.has(name) && map.size < capacity) map.set(name, map.size);
          assert.equal(find(index, name), map.get(name) ?? -1, name);
        }
      },
    ),
  );
});

test('symbols of every length are distinct from those with the same start or end', () => {
  const { index } = numbering();
  const names = Array.from({ length: 32 }, (_, i) => 'A'.repeat(i + 1));
  for (let length = 2; length <= 32; length++) {
    names.push(`B${'A'.repeat(length - 1)}`, `${'A'.repeat(length - 1)}B`);
  }
  for (let round = 0; round < 2; round++) {
    names.forEach((name, i) => {
      assert.equal(find(index, name), i, name);
    });
  }
});

test('20,000 symbols, short and long, each keep their index', () => {
  const { index, asked } = numbering();
  const names = Array.from({ length: 20_000 }, (_, i) => (i % 4 === 0 ? `LONGSYMB-${i}` : `S${i}`));
  for (let round = 0; round < 2; round++) {
    names.forEach((name, i) => {
      assert.equal(find(index, name), i);
    });
  }
  assert.deepEqual(asked, names, 'each is registered once');
});

test('long symbols with equal hashes are distinct', () => {
  const { index } = numbering();
  // 31 * 'A' + 'a' = 31 * 'B' + 'B', as in Java's String.hashCode
  const names = ['ABCDEFGHAaAa', 'ABCDEFGHBBBB', 'ABCDEFGHAaBB', 'ABCDEFGHBBAa'];
  for (let round = 0; round < 2; round++)
    assert.deepEqual(
      names.map((name) => find(index, name)),
      [0, 1, 2, 3],
    );
});

test('a symbol that had no room is registered when there is room later', () => {
  let room = false;
  const index = new SymbolIndex(() => (room ? 5 : -1));
  for (const name of ['AAPL', 'LONG-SYMBOL-1']) {
    room = false;
    assert.equal(find(index, name), -1);
    room = true;
    assert.equal(find(index, name), 5);
  }
});

for (const text of [
  '',
  'A*B',
  'A B',
  '\0',
  '\0A',
  'A\0',
  '\xff\xff\xff\xff\xff\xff\xff\xff',
  'x'.repeat(33),
  'x'.repeat(1000),
]) {
  test(`${JSON.stringify(text.slice(0, 20))} (${text.length} bytes) is not a symbol, and is not registered`, () => {
    const { index, asked } = numbering();
    find(index, 'A');
    assert.equal(find(index, text), -1);
    assert.deepEqual(asked, ['A']);
  });
}
