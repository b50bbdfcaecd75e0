// The order port, as any TCP client sees it: joined and split frames, bad orders, junk, and repeats.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { timeText } from '../../src/order-store/recorded-order.ts';
import type { Stack } from '../../tools/testing/stack.ts';
import type { StartedProcess } from '../../tools/testing/started-process.ts';
import { Peer } from '../transport/peer.ts';
import { openStack } from './stack.ts';
import { tradesOf } from './trades.ts';

const LIMIT = { timeout: 180_000 };

interface OrderManagerStage {
  readonly stack: Stack;
  readonly manager: StartedProcess;
  connect(): Promise<Peer>;
}

async function orderManager(t: TestContext): Promise<OrderManagerStage> {
  const stack = await openStack(t);
  const manager = stack.start('order-manager');
  await stack.untilServed(stack.orderPort);
  return { stack, manager, connect: () => Peer.connect(t, stack.orderPort) };
}

/** The confirmations that the process printed. */
function confirmations({ stdout }: StartedProcess): string[] {
  return [...stdout.matchAll(/Received Order .*$/gm)].map(([line]) => line);
}

function buy(symbol: string, fields: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ symbol, side: 'BUY', quantity: 10, price: 173.2, ...fields })}*`;
}

test('the simplest order is filled, printed, recorded and reported', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const client = await connect();
  client.send('{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*');
  await client.untilFrames(1);
  assert.deepEqual(client.messages, [
    {
      type: 'report',
      status: 'FILLED',
      orderId: 1,
      symbol: 'AAPL',
      side: 'BUY',
      quantity: 10,
      price: 173.2,
      position: 10,
    },
  ]);
  await stack.until('it is printed', () => confirmations(manager).length > 0);
  assert.deepEqual(confirmations(manager), ['Received Order 1: BUY 10 AAPL @ 173.20']);
  assert.equal(stack.orders()[0]?.strategy, 'anonymous');
});

test('orders that many clients send at the same time are recorded in a few groups', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  stack.start('orderbook');
  await stack.until('the OrderManager counts in the book', () => stack.counter('order-manager.pid') > 0);
  const clients = await Promise.all(Array.from({ length: 100 }, connect));
  await stack.until('all are connected', () => stack.counter('order-manager.clients') === 100);
  manager.signal('SIGSTOP'); // so that it reads them all in one event-loop iteration
  await stack.until('it is stopped', () => manager.isStopped);
  for (const client of clients) client.send(buy('AAPL'));
  manager.signal('SIGCONT');
  for (const client of clients) await client.untilFrames(1);
  await stack.until('all are counted', () => stack.counter('order-manager.ordersFilled') === 100);
  assert.ok(stack.counter('order-manager.groupsRecorded') < 10);
});

test('four orders, three of them joined and one split, are all executed', LIMIT, async (t) => {
  const { stack, connect } = await orderManager(t);
  const client = await connect();
  const last = buy('DDD');
  client.send(buy('AAA') + buy('BBB') + buy('CCC') + last.slice(0, 20));
  await client.untilFrames(3);
  client.send(last.slice(20));
  await client.untilFrames(4);
  assert.deepEqual(
    stack.orders().map(({ symbol }) => symbol),
    ['AAA', 'BBB', 'CCC', 'DDD'],
  );
});

test('an order that arrives byte by byte is executed', LIMIT, async (t) => {
  const { connect } = await orderManager(t);
  const client = await connect();
  for (const byte of buy('AAPL')) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  await client.untilFrames(1);
  assert.equal(client.messages[0]?.status, 'FILLED');
});

test('every order of several clients is received, printed and recorded once', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const clients = await Promise.all([connect(), connect(), connect()]);
  clients.forEach((client, number) => {
    client.send(`{"type":"logon","strategy":"client-${number}"}*`);
    for (let order = 1; order <= 100; order++) client.send(buy('AAPL', { clOrdId: order }));
  });
  await Promise.all(clients.map((client) => client.untilFrames(101)));

  const recorded = stack.orders();
  await stack.until('all are printed', () => confirmations(manager).length >= recorded.length);
  assert.deepEqual(
    confirmations(manager),
    recorded.map(({ orderId }) => `Received Order ${orderId}: BUY 10 AAPL @ 173.20`),
  );
  for (const [number, client] of clients.entries()) {
    const own = recorded.filter(({ strategy }) => strategy === `client-${number}`);
    assert.deepEqual(
      own.map(({ clOrdId, position }) => [clOrdId, position]),
      Array.from({ length: 100 }, (_, index) => [String(index + 1), 10 * (index + 1)]),
    );
    assert.deepEqual(
      client.messages.slice(1).map(({ orderId }) => orderId),
      own.map(({ orderId }) => orderId),
    );
  }
});

test('an order that a strategy repeats, over two connections too, is traded once', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const logon = '{"type":"logon","strategy":"mine"}*';
  const order = buy('AAPL', { clOrdId: 'a-1' });
  const first = await connect();
  first.send(logon + order + order);
  await first.untilFrames(3);
  const second = await connect();
  second.send(logon + order);
  await second.untilFrames(2);

  const reports = [...first.messages, ...second.messages].filter(({ type }) => type === 'report');
  assert.equal(reports.length, 3);
  for (const report of reports) assert.deepEqual(report, reports[0]);
  assert.equal(tradesOf(stack.orders()).length, 1);
  assert.equal(confirmations(manager).length, 1);
  assert.deepEqual(second.messages[0], {
    type: 'logonAck',
    strategy: 'mine',
    positions: [{ symbol: 'AAPL', quantity: 10 }],
    lastClOrdId: 'a-1',
  });
});

test('fractions of shares are exact on the wire, in print and in the record', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const client = await connect();
  const sizes = [0.015, 0.1, 0.2, 1e-8, 10];
  client.send(sizes.map((quantity) => buy('BTC/USD', { quantity, price: 91_234.5 })).join(''));
  client.send(buy('BTC/USD', { quantity: 0.315, price: 91_234.5, side: 'SELL' }));
  await client.untilFrames(6);
  const positions = [0.015, 0.115, 0.315, 0.31500001, 10.31500001, 10.00000001];
  assert.deepEqual(
    client.messages.map(({ position }) => position),
    positions,
  );
  assert.match(client.frames[3], /"quantity":1e-8,/);
  const recorded = stack.orders();
  assert.deepEqual(
    recorded.map(({ quantity, position }) => [quantity, position]),
    [...sizes, 0.315].map((quantity, index) => [quantity, positions[index]]),
  );
  await stack.until('all fills are confirmed', () => confirmations(manager).length === 6);
  assert.deepEqual(
    confirmations(manager).map((line) => line.replace(/^.*Order /, '')),
    [
      '1: BUY 0.015 BTC/USD @ 91234.50',
      '2: BUY 0.1 BTC/USD @ 91234.50',
      '3: BUY 0.2 BTC/USD @ 91234.50',
      '4: BUY 0.00000001 BTC/USD @ 91234.50',
      '5: BUY 10 BTC/USD @ 91234.50',
      '6: SELL 0.315 BTC/USD @ 91234.50',
    ],
  );
});

test(
  'a logon that asks for P&L gets average prices and what was realised, and another gets quantities',
  LIMIT,
  async (t) => {
    const { connect } = await orderManager(t);
    const logon = (more: object) => `${JSON.stringify({ type: 'logon', strategy: 'mine', ...more })}*`;
    const first = await connect();
    first.send(logon({}) + buy('AAPL', { price: 100 }) + buy('IBM', { price: 50 }));
    first.send(buy('IBM', { price: 51.5, side: 'SELL' }));
    await first.untilFrames(4);
    const again = await connect();
    again.send(logon({ pnl: true }));
    await again.untilFrames(1);
    assert.deepEqual(again.messages[0].positions, [
      { symbol: 'AAPL', quantity: 10, averagePrice: 100, realisedPnl: 0 },
      { symbol: 'IBM', quantity: 0, averagePrice: 0, realisedPnl: 15 },
    ]);
    const plain = await connect();
    plain.send(logon({}));
    await plain.untilFrames(1);
    assert.deepEqual(plain.messages[0].positions, [{ symbol: 'AAPL', quantity: 10 }]);
  },
);

test('a bad order is rejected with its reason, and trades nothing', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const client = await connect();
  client.send(
    buy('AAPL', { side: 'HOLD', clOrdId: 1 }) + buy('AAPL', { quantity: -5 }) + buy('AAPL', { price: 0 }),
  );
  client.send(
    buy('A LONG WAY OFF') + buy('AAPL', { quantity: 0.1234567891 }) + buy('AAPL', { quantity: 'ten' }),
  );
  await client.untilFrames(6);
  for (const { status } of client.messages) assert.equal(status, 'REJECTED');
  const codes = client.messages.map(({ reason }) => String(reason).split(' ')[0]);
  assert.deepEqual(codes, [
    'BAD_SIDE',
    'BAD_QUANTITY',
    'BAD_PRICE',
    'BAD_SYMBOL',
    'BAD_QUANTITY',
    'BAD_QUANTITY',
  ]);
  assert.deepEqual(tradesOf(stack.orders()), []);
  assert.deepEqual(confirmations(manager), []);
});

test(
  'junk gets an error, the tenth frame closes the connection, and other clients are not affected',
  LIMIT,
  async (t) => {
    const { stack, connect } = await orderManager(t);
    const good = await connect();
    const junk = await connect();
    good.send(buy('AAA'));
    junk.send('hello*{}}*[1,2]*'.repeat(3));
    await junk.untilFrames(9);
    assert.equal(junk.closed, false);
    junk.send(`\0\xff*${buy('BBB')}`);
    await junk.untilClosed();
    for (const { type } of junk.messages) assert.equal(type, 'error');
    good.send(buy('CCC'));
    await good.untilFrames(2);
    assert.deepEqual(
      stack.orders().map(({ symbol }) => symbol),
      ['AAA', 'CCC'],
    );
  },
);

test('an endless frame closes the connection, and other clients are not affected', LIMIT, async (t) => {
  const { connect } = await orderManager(t);
  const endless = await connect();
  for (let frame = 0; frame < 12; frame++) endless.send(`${'x'.repeat(100_000)}*`);
  await endless.untilClosed();
  const good = await connect();
  good.send(buy('AAPL'));
  await good.untilFrames(1);
  assert.equal(good.messages[0]?.status, 'FILLED');
});

test('a watching client gets a copy of every report, and may not trade', LIMIT, async (t) => {
  const { connect } = await orderManager(t);
  const [watcher, trader] = [await connect(), await connect()];
  watcher.send(`{"type":"watch"}*${buy('AAPL')}`);
  await watcher.untilFrames(1);
  assert.equal(watcher.messages[0]?.type, 'error');
  trader.send(buy('AAPL'));
  await Promise.all([watcher.untilFrames(2), trader.untilFrames(1)]);
  assert.deepEqual(watcher.messages[1], { ...trader.messages[0], strategy: 'anonymous' });
});

test('a client that watches later first gets all positions and the latest reports', LIMIT, async (t) => {
  const { stack, connect } = await orderManager(t);
  const [trader, other] = [await connect(), await connect()];
  trader.send('{"type":"logon","strategy":"one"}*');
  trader.send(buy('AAA') + buy('BBB').replace('"BUY"', '"SELL"') + buy('BBB'));
  await trader.untilFrames(4);
  other.send(buy('AAA'));
  await other.untilFrames(1);
  const watcher = await connect();
  watcher.send('{"type":"watch","last":2}*');
  await watcher.untilFrames(3);
  const [ack, ...copies] = watcher.messages;
  const long = { quantity: 10, averagePrice: 173.2, realisedPnl: 0 };
  const flat = { quantity: 0, averagePrice: 0, realisedPnl: 0 };
  assert.deepEqual(ack, {
    type: 'watchAck',
    positions: [
      { strategy: 'anonymous', symbol: 'AAA', ...long },
      { strategy: 'one', symbol: 'AAA', ...long },
      { strategy: 'one', symbol: 'BBB', ...flat },
    ],
    lastOrderId: 4,
  });
  const [, , third, fourth] = stack.orders();
  assert.deepEqual(copies, [
    { ...trader.messages[3], strategy: 'one', time: third && timeText(third) },
    { ...other.messages[0], strategy: 'anonymous', time: fourth && timeText(fourth) },
  ]);
});

/** Texts that are several bytes in UTF-8, or none at all: `\x80` is sent as that byte. */
const STRANGE = ['é', '😀', '\u2028', '\x80', '\\ud83d', '\\u0000'];

/** The text as bytes: the one character above ASCII that is no text in UTF-8 is itself. */
function bytesOf(text: string): Buffer {
  return text.includes('\x80') ? Buffer.from(text, 'latin1') : Buffer.from(text);
}

test('whatever characters a client sends, what it gets is ASCII and names them', LIMIT, async (t) => {
  const { stack, manager, connect } = await orderManager(t);
  const orders = STRANGE.flatMap((text) => [
    buy('AAPL').replace('AAPL', text),
    buy('AAPL', { clOrdId: 'id' }).replace('"id"', `"${text}"`),
    buy('AAPL').replace('BUY', text),
    buy('AAPL').replace('10', `"${text}"`),
    buy('AAPL').replace('"symbol"', `"${text}"`),
  ]);
  const client = await connect();
  for (const frame of orders) client.sendBytes(bytesOf(frame));
  await client.untilFrames(orders.length);
  assert.match(client.received, /^[\0-\x7f]*$/);
  for (const { status } of client.messages) assert.equal(status, 'REJECTED');
  assert.match(String(client.messages[0]?.reason), /^BAD_SYMBOL symbol="\\u00e9" expected=/);

  for (const text of STRANGE)
    for (const frame of [`{"type":"${text}"}*`, `${text}*`, `{"type":"logon","strategy":"${text}"}*`]) {
      const other = await connect();
      other.sendBytes(bytesOf(frame));
      await other.untilFrames(1);
      assert.match(other.received, /^\{"type":"error","reason":"[\0-)+-\x7f]*\*$/);
    }
  assert.deepEqual(stack.orders(), []);
  assert.equal(manager.exit, undefined);
});

test(
  'a note arrives at a watcher and in the record as it was sent, or its order is rejected',
  LIMIT,
  async (t) => {
    const { stack, connect } = await orderManager(t);
    const watcher = await connect();
    watcher.send('{"type":"watch","last":0}*');
    await watcher.untilFrames(1);
    const client = await connect();
    const notes = ['é', '😀', 'quoted “ÿþ”'];
    const refused = ['\x80 is a control character', '\u2028', '\ud83d'];
    for (const note of [...notes, ...refused]) client.send(buy('AAPL', { note }));
    await client.untilFrames(notes.length + refused.length);
    await watcher.untilFrames(1 + notes.length);
    assert.match(client.received + watcher.received, /^[\0-\x7f]*$/);
    const reasons = client.messages.flatMap(({ reason = [] }) => reason as string);
    assert.deepEqual(
      reasons.map((reason) => reason.split(' ', 1)[0]),
      refused.map(() => 'BAD_NOTE'),
    );
    const ofCopies = watcher.messages.flatMap(({ note = [] }) => note as string);
    const ofRecord = stack.orders().flatMap(({ note = [] }) => note);
    assert.deepEqual([ofCopies, ofRecord], [notes, notes]);
  },
);
