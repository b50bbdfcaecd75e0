import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeClientMessage, decodeWatchMessage, encodeMessage } from '../../src/protocol/order-codec.ts';

const ORDER = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2 } as const;
const NOTES = ['RSI 28.1 below 30', '2 * 3', 'günstig “€”', '😀'.repeat(16), 'x'.repeat(64)];

test('the note of an order arrives as it was sent, whatever is in it', () => {
  for (const note of NOTES)
    for (const more of [{}, { clOrdId: 'a-1', time: 7 }]) {
      const order = { type: 'order', ...ORDER, ...more, note } as const;
      const frame = encodeMessage(order);
      assert.match(frame, /^[ -)+-~]+\*$/, 'one frame of ASCII');
      assert.deepEqual(decodeClientMessage(frame.slice(0, -1)), order);
    }
});

test('a copy of a report has the note of its order', () => {
  const filled = { type: 'report', status: 'FILLED', orderId: 1, position: 10, ...ORDER } as const;
  for (const note of NOTES) {
    const copy = { ...filled, strategy: 'crossover', note };
    assert.deepEqual(decodeWatchMessage(encodeMessage(copy).slice(0, -1)), copy);
  }
});

test('a note with a line break, half a character or more than 64 bytes is refused', () => {
  for (const note of ['a\nb', '\u0000', '\ud800', '\u2028', 'x'.repeat(65), '😀'.repeat(17), 7, null]) {
    const message = decodeClientMessage(JSON.stringify({ ...ORDER, note }));
    assert.ok(message.type === 'badOrder' && message.reason.startsWith('BAD_NOTE '), JSON.stringify(note));
  }
});
