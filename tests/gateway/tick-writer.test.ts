import { AssertionError } from 'node:assert';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wirePrice } from '../../src/gateway/feeds/wire-price.ts';
import { TICK_FRAME_BYTES_MAX } from '../../src/gateway/tick-frames.ts';
import { TickWriter } from '../../src/gateway/tick-writer.ts';
import fc from '../property.ts';

const symbols = fc.string({
  unit: fc.constantFrom(...'AZaz09.-_/'),
  minLength: 1,
  maxLength: 16,
});
const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
const prices = fc
  .tuple(fc.integer({ min: 1, max: 9 }), digits(11), digits(8))
  .map(([first, whole, decimals]) => {
    const price = wirePrice(`${first}${whole}.${decimals}`);
    assert.ok(price !== undefined);
    return price;
  });

const bytes = new Uint8Array(1024);
const view = new DataView(bytes.buffer);
const text = (start: number, end: number) => new TextDecoder().decode(bytes.subarray(start, end));

test('a frame is the symbol, a comma, the digits of the price and the delimiter, wherever it starts', () => {
  const writer = new TickWriter(); // keeps the symbols of all runs, and so grows
  fc.assert(
    fc.property(symbols, prices, fc.nat(100), (symbol, price, at) => {
      const end = writer.write(view, at, writer.indexOf(symbol), price);
      assert.equal(text(at, end), `${symbol},${price}*`);
      assert.ok(end - at <= TICK_FRAME_BYTES_MAX);
    }),
    { numRuns: 500 },
  );
  assert.ok(writer.symbolCount > 100);
});

test('cents are written as dollars with two decimals', () => {
  const writer = new TickWriter();
  fc.assert(
    fc.property(symbols, fc.integer({ min: 1, max: 9_999_999 }), (symbol, cents) => {
      const end = writer.writeCents(view, 5, writer.indexOf(symbol), cents);
      assert.equal(text(5, end), `${symbol},${(cents / 100).toFixed(2)}*`);
    }),
  );
});

test('frames follow each other without a gap', () => {
  const writer = new TickWriter();
  const [one, other] = ['AAPL', 'EXACTLY-32-CHARS-ARE-A-SYMBOL-TO'].map((symbol) => writer.indexOf(symbol));
  let end = writer.writeCents(view, 0, other, 1);
  end = writer.writeCents(view, end, one, 9_999_999);
  end = writer.writeCents(view, end, other, 172_53);
  assert.equal(
    text(0, end),
    'EXACTLY-32-CHARS-ARE-A-SYMBOL-TO,0.01*AAPL,99999.99*EXACTLY-32-CHARS-ARE-A-SYMBOL-TO,172.53*',
  );
});

test('a symbol keeps its index', () => {
  const writer = new TickWriter();
  assert.deepEqual(
    ['A', 'B', 'A', 'C', 'B'].map((symbol) => writer.indexOf(symbol)),
    [0, 1, 0, 2, 1],
  );
});

test('text that is not a symbol cannot get into a frame', () => {
  const writer = new TickWriter();
  for (const symbol of ['', 'A*B', '#A', 'A,B', 'ONE-OF-33-LETTERS-IS-TOO-LONG-XYZ']) {
    assert.throws(() => writer.indexOf(symbol), AssertionError);
  }
});
