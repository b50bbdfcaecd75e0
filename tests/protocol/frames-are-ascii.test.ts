// A socket gets text as Latin-1, one byte per character: every frame must be ASCII, and have one delimiter, whatever texts of
// users are in it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rejectReason } from '../../src/domain/risk/reject-reasons.ts';
import { encodeMessage, encodeReport } from '../../src/protocol/order-codec.ts';
import { frameOf } from '../../src/strategy/order-keeper.ts';
import { plainOrderFrame } from '../../src/strategy/plain-fills.ts';
import fc from '../property.ts';

const FRAME = /^[\0-)+-\x7f]+\*$/;

/** Any UTF-16, with half characters; often what breaks an encoding. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(fc.constantFrom('é', '😀', '\ud83d', '\u2028', '\x80', '\xff', '*', '"', '\\', '\0', '\x7f'), {
      maxLength: 9,
    })
    .map((parts) => parts.join('')),
);

const order = fc.record({
  symbol: text,
  side: fc.constantFrom('BUY', 'SELL'),
  quantity: fc.double({ noNaN: true, noDefaultInfinity: true }),
  price: fc.double({ noNaN: true, noDefaultInfinity: true }),
  clOrdId: text,
  note: text,
});

const report = fc.oneof(
  order.map((fields) => ({ ...fields, status: 'FILLED', orderId: 1, position: 2 })),
  fc.tuple(order, text).map(([fields, reason]) => ({ ...fields, status: 'REJECTED', reason })),
);

const message = fc.oneof(
  order.map((fields) => ({ type: 'order', ...fields })),
  report.map((fields) => ({ type: 'report', ...fields, strategy: fields.symbol, time: fields.note })),
  fc.record({
    type: fc.constant('logon'),
    strategy: text,
    instance: text,
    token: text,
    nonce: text,
    lane: text,
  }),
  fc.record({ type: fc.constant('error'), reason: text }),
  fc.record({ type: fc.constant('halts'), all: fc.boolean(), strategies: fc.array(text, { maxLength: 3 }) }),
  fc.record({ type: fc.constant('challenge'), version: fc.constant(1), nonce: text, proof: text }),
  fc.tuple(fc.constantFrom('logonAck', 'watchAck'), text).map(([type, name]) => ({
    type,
    strategy: name,
    lastClOrdId: name,
    positions: [{ strategy: name, symbol: name, quantity: 1 }],
  })),
);

/** JSON writes -0 as 0. */
function parsed(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

test('every message is a frame of ASCII, and arrives as it was meant', () => {
  fc.assert(
    fc.property(message, (sent) => {
      const frame = encodeMessage(sent as never);
      assert.match(frame, FRAME);
      assert.deepEqual(JSON.parse(frame.slice(0, -1)), parsed(sent));
    }),
  );
});

test('so is every report, and every order as a strategy keeps and sends it', () => {
  fc.assert(
    fc.property(report, order, (answer, sent) => {
      for (const frame of [
        encodeReport(answer as never),
        frameOf(sent as never),
        plainOrderFrame(sent as never),
      ]) {
        assert.match(frame, FRAME);
        JSON.parse(frame.slice(0, -1));
      }
    }),
  );
});

test('a reason quotes any text of a client in one line of ASCII', () => {
  fc.assert(
    fc.property(text, (value) => {
      assert.match(rejectReason('BAD_SYMBOL', { symbol: value }), /^BAD_SYMBOL symbol=[ -)+-~]+$/);
    }),
  );
});
