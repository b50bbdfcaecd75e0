import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectCode, rejectReason } from '../../../src/domain/risk/reject-reasons.ts';
import fc from '../../property.ts';

test('a reason is a code and key=value context', () => {
  const reason = rejectReason(RejectCode.BAD_SIDE, { side: 'HOLD', expected: 'BUY|SELL' });
  assert.equal(reason, 'BAD_SIDE side=HOLD expected=BUY|SELL');
});

test('a missing value and a nested value are named and not printed', () => {
  const reason = rejectReason(RejectCode.BAD_PRICE, { a: undefined, b: [1], c: { d: 1 }, e: null });
  assert.equal(reason, 'BAD_PRICE a=missing b=[...] c={...} e=null');
});

test('a number in a reason has no exponent, unless it would have more than 40 digits', () => {
  const reason = rejectReason(RejectCode.QUANTITY_ABOVE_LIMIT, {
    quantity: 1.5e21,
    limit: 1e-8,
    far: -1e300,
  });
  assert.equal(reason, 'QUANTITY_ABOVE_LIMIT quantity=1500000000000000000000 limit=0.00000001 far=-1e+300');
});

test('a reason is one line of ASCII, of bounded length, without the delimiter, whatever a client sends', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constant('*'.repeat(999))),
      (value) => {
        const reason = rejectReason(RejectCode.BAD_SYMBOL, { symbol: value });
        assert.match(reason, /^[ -)+-~]+$/);
        assert.ok(reason.length < 600);
      },
    ),
  );
});
