import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'valibot';
import { SYMBOL_EXPECTED } from '../../src/domain/symbol.ts';
import { BadMessageError, MessageTooLongError } from '../../src/protocol/errors.ts';
import { watchAcks } from '../../src/protocol/order-acks.ts';
import {
  decodeClientMessage,
  decodeServerMessage,
  decodeWatchMessage,
  encodeMessage,
} from '../../src/protocol/order-codec.ts';
import {
  type Challenge,
  type ErrorMessage,
  type Logon,
  type LogonAck,
  type OrderMessage,
  orderSchema,
  type Proof,
  plainOrder,
  plainReport,
  type Report,
  type ReportCopy,
  reportSchema,
  type Watch,
  type WatchAck,
} from '../../src/protocol/order-messages.ts';
import fc from '../property.ts';

const NAME_CHARACTERS = [...'abcXYZ019._-:'];
const name = fc.string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: 64 });
const symbol = fc.string({ unit: fc.constantFrom(...'AZaz09.-_/'), minLength: 1, maxLength: 32 });
const side = fc.constantFrom<'BUY' | 'SELL'>('BUY', 'SELL');
const finite = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((number) => (number === 0 ? 0 : number));
const shares = fc.maxSafeInteger();
const text = fc.string({ unit: 'binary' }).map((characters) => characters.replaceAll('*', '+'));

const ORDER_FIELDS = ['type', 'symbol', 'side', 'quantity', 'price', 'clOrdId', 'time'];
const REPORT_FIELDS = [
  'type',
  'status',
  'orderId',
  'symbol',
  'side',
  'quantity',
  'price',
  'position',
  'clOrdId',
];

const order: fc.Arbitrary<OrderMessage> = fc.record(
  {
    type: fc.constant('order' as const),
    symbol,
    side,
    quantity: finite,
    price: finite,
    clOrdId: name,
    time: finite,
  },
  { requiredKeys: ['type', 'symbol', 'side', 'quantity', 'price'], noNullPrototype: true },
);
const hexadecimal = (digits: number) =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: digits, maxLength: digits })
    .map((all) => all.join(''));
const nonce = hexadecimal(32);
const challenge: fc.Arbitrary<Challenge> = fc.record(
  { type: fc.constant('challenge' as const), version: fc.nat(), nonce, proof: hexadecimal(64) },
  { noNullPrototype: true },
);
const proof: fc.Arbitrary<Proof> = fc.record(
  { type: fc.constant('proof' as const), proof: hexadecimal(64) },
  { noNullPrototype: true },
);
const logon: fc.Arbitrary<Logon> = fc.record(
  {
    type: fc.constant('logon' as const),
    strategy: name,
    token: fc.constantFrom('', 's3cret', 'ä"\\\n'),
    nonce,
    pnl: fc.constant(true as const),
  },
  { requiredKeys: ['type', 'strategy'], noNullPrototype: true },
);
const logonAck: fc.Arbitrary<LogonAck> = fc.record(
  {
    type: fc.constant('logonAck' as const),
    strategy: name,
    positions: fc.array(
      fc.record(
        { symbol, quantity: finite, averagePrice: finite, realisedPnl: finite },
        { requiredKeys: ['symbol', 'quantity'], noNullPrototype: true },
      ),
    ),
    lastClOrdId: name,
    more: fc.boolean(),
  },
  { requiredKeys: ['type', 'strategy', 'positions'], noNullPrototype: true },
);
const filled: fc.Arbitrary<Report> = fc.record(
  {
    type: fc.constant('report' as const),
    status: fc.constant('FILLED' as const),
    orderId: shares,
    symbol,
    side,
    quantity: finite,
    price: finite,
    position: shares,
    clOrdId: name,
    limit: finite,
    fee: finite.map(Math.abs),
  },
  {
    requiredKeys: ['type', 'status', 'orderId', 'symbol', 'side', 'quantity', 'price', 'position'],
    noNullPrototype: true,
  },
);
const rejected: fc.Arbitrary<Report> = fc.record(
  {
    type: fc.constant('report' as const),
    status: fc.constant('REJECTED' as const),
    reason: text,
    orderId: shares,
    symbol,
    side,
    quantity: finite,
    price: finite,
    position: shares,
    clOrdId: name,
  },
  { requiredKeys: ['type', 'status', 'reason'], noNullPrototype: true },
);
const time = fc
  .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
  .map((at) => at.toISOString());
const copy: fc.Arbitrary<ReportCopy> = fc
  .tuple(fc.oneof(filled, rejected), name, fc.option(time, { nil: undefined }))
  .map(([report, strategy, at]) => ({ ...report, strategy, ...(at !== undefined && { time: at }) }));
const watch: fc.Arbitrary<Watch> = fc.record(
  { type: fc.constant('watch' as const), last: fc.integer({ min: 0, max: 1_000 }) },
  { requiredKeys: ['type'], noNullPrototype: true },
);
const watchAck: fc.Arbitrary<WatchAck> = fc.record(
  {
    type: fc.constant('watchAck' as const),
    positions: fc.array(
      fc.record(
        { strategy: name, symbol, quantity: shares, averagePrice: finite, realisedPnl: finite },
        { noNullPrototype: true },
      ),
    ),
    lastOrderId: fc.nat(),
    more: fc.boolean(),
  },
  { requiredKeys: ['type', 'positions', 'lastOrderId'], noNullPrototype: true },
);
const error: fc.Arbitrary<ErrorMessage> = fc.record(
  { type: fc.constant('error' as const), reason: text },
  { noNullPrototype: true },
);

function withoutDelimiter(frame: string): string {
  assert.match(frame, /^[\0-)+-\x7f]*\*$/);
  return frame.slice(0, -1);
}

test('any message of a client decodes to what was encoded', () => {
  fc.assert(
    fc.property(fc.oneof(order, logon, watch, proof), (message) => {
      assert.deepEqual(decodeClientMessage(withoutDelimiter(encodeMessage(message))), message);
    }),
  );
});

/** A field of an order or a report, right or wrong. */
const anyField = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(symbol, side, name, finite) },
  fc.anything(),
  fc.constantFrom('order', '', 'TOO_LONG_FOR_A_SYMBOL', Number.POSITIVE_INFINITY, Number.NaN),
);
/** A right message with up to three fields that are other ones. */
function withOtherFields(right: fc.Arbitrary<object>, names: readonly string[]) {
  return fc
    .tuple(right, fc.dictionary(fc.constantFrom(...names, 'other'), anyField, { maxKeys: 3 }))
    .map(([fields, other]) => ({ ...fields, ...other }) as Record<string, unknown>);
}

for (const { what, right, names, plainOf, schema } of [
  { what: 'an order', right: order, names: ORDER_FIELDS, plainOf: plainOrder, schema: orderSchema },
  { what: 'a report', right: filled, names: REPORT_FIELDS, plainOf: plainReport, schema: reportSchema },
]) {
  test(`the fast decoder of ${what} accepts only what the schema accepts, and returns the same`, () => {
    let taken = 0;
    fc.assert(
      fc.property(withOtherFields(right, names), (fields) => {
        const plain = plainOf(fields);
        if (plain === undefined) return;
        taken++;
        assert.deepEqual(plain, parse(schema, fields));
      }),
    );
    assert.ok(taken > 0);
  });
}

test('any message to a trading client decodes to what was encoded', () => {
  fc.assert(
    fc.property(fc.oneof(challenge, logonAck, filled, rejected, error), (message) => {
      assert.deepEqual(decodeServerMessage(withoutDelimiter(encodeMessage(message))), message);
    }),
  );
});

test('any message to a watching client decodes to what was encoded', () => {
  fc.assert(
    fc.property(fc.oneof(watchAck, copy, error), (message) => {
      assert.deepEqual(decodeWatchMessage(withoutDelimiter(encodeMessage(message))), message);
    }),
  );
});

test('an order with only the fields of the assignment decodes', () => {
  assert.deepEqual(decodeClientMessage('{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}'), {
    type: 'order',
    symbol: 'AAPL',
    side: 'BUY',
    quantity: 10,
    price: 173.2,
  });
});

test('a client order id can be a whole number, and becomes a string', () => {
  const message = decodeClientMessage('{"symbol":"A","side":"SELL","quantity":1,"price":1,"clOrdId":7}');
  assert.equal(message.type === 'order' && message.clOrdId, '7');
});

test('a message without a field, or with one beyond its bounds, is told in our words', () => {
  const faults: Record<string, string> = {
    '{"type":"logon"}': 'logon: strategy is missing',
    '{"type":"logon","strategy":"a b"}': 'logon: strategy: expected 1 to 64 of letters, digits and . _ - :',
    '{"type":"watch","last":2000}': 'watch: last: expected <=1000, found 2000',
    '{"type":"watch","halts":1}': 'watch: halts: expected true, found 1',
  };
  for (const [frame, message] of Object.entries(faults))
    assert.throws(() => decodeClientMessage(frame), { message });
});

test('for any frame, the decoders throw nothing but BadMessageError', () => {
  const frame = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .dictionary(
        fc.constantFrom(
          'type',
          'symbol',
          'side',
          'quantity',
          'price',
          'clOrdId',
          'time',
          'strategy',
          '__proto__',
        ),
        fc.oneof(fc.jsonValue(), fc.constantFrom('order', 'logon', 'report', 'BUY', 'AAPL')),
      )
      .map((fields) => JSON.stringify(fields)),
  );
  fc.assert(
    fc.property(frame, (characters) => {
      for (const decode of [decodeClientMessage, decodeServerMessage, decodeWatchMessage]) {
        try {
          decode(characters);
        } catch (thrown) {
          assert.ok(thrown instanceof BadMessageError);
          assert.doesNotMatch(thrown.message, /\*/);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});

test('the error for a frame that is not a message says what was expected', () => {
  const frames = [
    '',
    'hello',
    '[1]',
    'null',
    '7',
    '"order"',
    '{"type":"cancel"}',
    '{"type":null}',
    '{"type":"badOrder"}',
  ];
  for (const frame of frames) assert.throws(() => decodeClientMessage(frame), /expected/, frame);
});

test('a logon without a valid strategy name is refused', () => {
  for (const strategy of [undefined, 7, '', 'a b', 'a*b', 'x'.repeat(65)]) {
    const frame = JSON.stringify({ type: 'logon', strategy });
    assert.throws(() => decodeClientMessage(frame), /^BadMessageError: logon: strategy(: | is missing)/);
  }
});

test('no error contains the token of a logon', () => {
  const cut = '{"token":"s3cret","type":"logon"';
  const isSilent = (thrown: Error) => !thrown.message.includes('s3cret');
  assert.throws(() => decodeClientMessage(cut), isSilent);
  assert.throws(() => decodeClientMessage(`${cut}}`), isSilent);
});

const WRONG_ORDERS: [Record<string, unknown>, string][] = [
  [{ symbol: 7 }, `BAD_SYMBOL symbol=7 expected="${SYMBOL_EXPECTED}"`],
  [{ symbol: 'A*B' }, `BAD_SYMBOL symbol="A\\u002aB" expected="${SYMBOL_EXPECTED}"`],
  [{ side: 'HOLD' }, 'BAD_SIDE side=HOLD expected=BUY|SELL'],
  [{ side: undefined }, 'BAD_SIDE side=missing expected=BUY|SELL'],
  [{ quantity: '10' }, 'BAD_QUANTITY quantity="10" expected=number'],
  [{ quantity: null }, 'BAD_QUANTITY quantity=null expected=number'],
  [{ price: '173.2' }, 'BAD_PRICE price="173.2" expected=number'],
  [{ price: [1] }, 'BAD_PRICE price=[...] expected=number'],
  [{ clOrdId: 'a b' }, 'BAD_CL_ORD_ID clOrdId="a b" expected="1 to 64 of letters, digits and . _ - :"'],
  [{ clOrdId: 1.5 }, 'BAD_CL_ORD_ID clOrdId=1.5 expected="1 to 64 of letters, digits and . _ - :"'],
  [{ time: 'now' }, 'BAD_TIME time=now expected=number'],
  [{ note: '' }, 'BAD_NOTE note="" expected="1 to 64 bytes of text in one line"'],
  [{ marketTime: 0.5 }, 'BAD_MARKET_TIME marketTime=0.5 expected="whole number of ms since 1970"'],
];
const SOUND = { symbol: 'AAPL', side: 'BUY', quantity: 10, price: 173.2, clOrdId: 'a-1' };

for (const [change, reason] of WRONG_ORDERS) {
  test(`an order with ${JSON.stringify(change)} keeps its other fields and gets the reason`, () => {
    const message = decodeClientMessage(JSON.stringify({ ...SOUND, ...change }));
    const [wrong] = Object.keys(change);
    const kept = Object.fromEntries(Object.entries(SOUND).filter(([field]) => field !== wrong));
    assert.deepEqual(message, { type: 'badOrder', reason, ...kept });
  });
}

test('a price that is too large for a number is invalid, and not infinity', () => {
  const message = decodeClientMessage('{"symbol":"A","side":"BUY","quantity":1,"price":1e999}');
  assert.equal(message.type, 'badOrder');
});

test('__proto__ and unknown fields do no harm', () => {
  const frame = '{"__proto__":{"price":1},"symbol":"B","side":"BUY","quantity":1,"price":2,"more":{"a":[1]}}';
  const message = decodeClientMessage(frame);
  assert.deepEqual(message, { type: 'order', symbol: 'B', side: 'BUY', quantity: 1, price: 2 });
  assert.equal(Object.getPrototypeOf(message), Object.prototype);
});

test('deep nesting is refused or ignored', () => {
  const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
  assert.throws(() => decodeClientMessage(deep), BadMessageError);
  assert.throws(() => decodeClientMessage('['.repeat(65_000)), BadMessageError);
  assert.throws(() => decodeClientMessage(`{"type":${deep}}`), BadMessageError);
  const message = decodeClientMessage(`{"symbol":${deep}}`);
  assert.ok(message.type === 'badOrder' && message.reason.startsWith('BAD_SYMBOL symbol=[...]'));
});

test('the encoder escapes a delimiter within a text', () => {
  const frame = encodeMessage({ type: 'error', reason: '2 * 3' });
  assert.equal(frame.indexOf('*'), frame.length - 1);
  assert.deepEqual(decodeServerMessage(frame.slice(0, -1)), { type: 'error', reason: '2 * 3' });
});

test('the encoder refuses a message that is longer than a frame', () => {
  assert.throws(() => encodeMessage({ type: 'error', reason: 'x'.repeat(65_536) }), MessageTooLongError);
  assert.throws(() => encodeMessage({ type: 'error', reason: 'ä'.repeat(20_000) }), MessageTooLongError);
});

test('the answer to a watch has as many frames as the positions need', () => {
  const held = Array.from({ length: 600 }, (_, index) => ({
    strategy: 's'.repeat(64),
    symbol: `SYMBOL-OF-16-${100 + index}`,
    quantity: -Number.MAX_SAFE_INTEGER,
    averagePrice: -1.2345678901234567e-101,
    realisedPnl: -1.2345678901234567e-101,
  }));
  const acks = [...watchAcks([held], 600)].filter((ack) => ack !== undefined);
  assert.deepEqual(
    acks.flatMap((ack) => ack.positions),
    held,
  );
  assert.deepEqual(
    acks.map((ack) => ack.more),
    [true, true, undefined],
  );
  for (const ack of acks) assert.ok(encodeMessage(ack).length <= 65_536);
});
