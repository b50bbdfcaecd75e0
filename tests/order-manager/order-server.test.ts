import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import {
  type OrderClient,
  OrderServer,
  type OrderServerOptions,
} from '../../src/order-manager/order-server.ts';
import { type Logon, logonAcks, type Report, watchAcks } from '../../src/protocol/order-messages.ts';
import { Tokens } from '../../src/security/tokens.ts';
import { until } from '../end-to-end/until.ts';
import fc from '../property.ts';
import { cut, cutSizes } from '../protocol/chunks.ts';
import { HOST, Peer } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const ORDER = '{"symbol":"AAPL","side":"BUY","quantity":10,"price":173.2}*';

const TIME = '2026-01-02T03:04:05.678Z';

/** A server on a free port that fills every order at the end of its turn, and what it has told. */
class Stage extends RecordedServer {
  readonly orders: string[] = [];
  /** How many orders there were whenever a read was over. */
  readonly ordersAtReads: number[] = [];
  readonly logons: Logon[] = [];
  readonly logonsRefused: string[] = [];
  answers = true;
  readonly #unanswered: (() => void)[] = [];
  held = [{ symbol: 'AAPL', quantity: -10 }];
  readonly server: OrderServer;
  last: OrderClient | undefined;

  static async open(t: TestContext, options: Partial<OrderServerOptions> = {}): Promise<Stage> {
    const stage = new Stage(options);
    t.after(() => stage.server.close());
    await stage.server.listen();
    return stage;
  }

  private constructor(options: Partial<OrderServerOptions>) {
    super();
    this.server = new OrderServer(
      { host: HOST, port: 0, ...options },
      {
        onLogon: (logon) => {
          this.logons.push(logon);
          return logonAcks(logon.strategy, this.held);
        },
        onWatch: (last) => [
          ...watchAcks([], 7),
          ...Array.from({ length: last }, (_, i) => ({ ...reportOf(i), strategy: 'past', time: TIME })),
        ],
        onOrder: (client, order) => {
          this.last = client;
          this.orders.push(
            `${client.strategy} ${order.type} ${order.side} ${order.quantity} ${order.symbol}`,
          );
          const orderId = this.orders.length;
          const answer = () => this.report(client, reportOf(orderId, order.clOrdId));
          if (this.answers) setImmediate(answer);
          else this.#unanswered.push(answer);
        },
        onRead: () => this.ordersAtReads.push(this.orders.length),
        onLogonRefused: (_client, reason) => this.logonsRefused.push(reason),
      },
      this,
    );
  }

  answerAll(): void {
    this.answers = true;
    for (const answer of this.#unanswered.splice(0)) answer();
  }

  report(client: OrderClient, report: Report): void {
    this.server.report(client, report);
    this.server.sendReports();
  }

  connect(t: TestContext): Promise<Peer> {
    return Peer.connect(t, this.server.port);
  }

  async loggedOn(t: TestContext, strategy: string): Promise<Peer> {
    const peer = await this.connect(t);
    peer.send(`{"type":"logon","strategy":"${strategy}"}*`);
    await peer.untilFrames(1);
    return peer;
  }

  async watching(t: TestContext): Promise<Peer> {
    const peer = await this.connect(t);
    peer.send('{"type":"watch"}*nonsense*');
    await peer.untilFrames(1); // the answer to the second frame: the first one was taken
    this.badFrames.length = 0;
    return peer;
  }
}

function reportOf(orderId: number, clOrdId?: string): Report {
  return {
    ...{ type: 'report', status: 'FILLED', orderId, symbol: 'AAPL', side: 'BUY', quantity: 10 },
    ...{ price: 173.2, position: 10 * orderId, ...(clOrdId !== undefined && { clOrdId }) },
  };
}

const messages = (peer: Peer) => peer.frames.map((frame) => JSON.parse(frame));

test('a client that says only an order is served, as anonymous', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER);
  await peer.untilFrames(1);
  assert.deepEqual(stage.orders, ['anonymous order BUY 10 AAPL']);
  assert.deepEqual(messages(peer), [reportOf(1)]);
});

test('the end of a read is told after its orders', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER + ORDER + ORDER);
  await peer.untilFrames(3);
  assert.equal(stage.ordersAtReads.at(-1), 3);
});

test('a client that orders and says that it is done still gets its report', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER + ORDER);
  peer.end();
  await peer.untilClosed();
  assert.deepEqual(messages(peer), [reportOf(1), reportOf(2)]);
  await until('it is gone', () => stage.clients === 0);
});

test('orders glued together and cut anywhere are each taken once', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), cutSizes, async (count, sizes) => {
      stage.orders.length = 0;
      const peer = await stage.connect(t);
      for (const piece of cut(Buffer.from(ORDER.repeat(count)), sizes)) {
        peer.send(Buffer.from(piece).toString());
        if (piece.length % 3 === 0) await new Promise(setImmediate);
      }
      await peer.untilFrames(count);
      assert.equal(stage.orders.length, count);
      peer.destroy();
    }),
    { numRuns: 15 },
  );
});

test('a logon is answered with what is held, and its orders bear its name', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.loggedOn(t, 'crossover');
  assert.deepEqual(messages(peer), [{ type: 'logonAck', strategy: 'crossover', positions: stage.held }]);
  peer.send(ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
});

test('more positions than fit in a frame come in several', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  stage.held = Array.from({ length: 2_500 }, (_, i) => ({ symbol: `S${i}`, quantity: i + 1 }));
  const peer = await stage.loggedOn(t, 'crossover');
  await peer.untilFrames(3);
  assert.deepEqual(
    messages(peer).map(({ more }) => more ?? false),
    [true, true, false],
  );
  assert.deepEqual(
    messages(peer).flatMap(({ positions }) => positions),
    stage.held,
  );
});

test('a second logon of a strategy ends the connection of the first', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const first = await stage.loggedOn(t, 'crossover');
  const other = await stage.loggedOn(t, 'other');
  const second = await stage.loggedOn(t, 'crossover');
  await first.untilClosed();
  assert.deepEqual(stage.cutOff, ['crossover logged on again']);
  second.send(ORDER);
  other.send(ORDER);
  await Promise.all([second.untilFrames(2), other.untilFrames(2)]);
  assert.equal(stage.clients, 2);
});

test('what the first connection still has under way when the second logs on is not traded', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const first = await stage.loggedOn(t, 'crossover');
  const second = await stage.connect(t);
  second.send('{"type":"logon","strategy":"crossover"}*');
  await second.untilFrames(1);
  first.send(ORDER);
  await first.untilClosed();
  second.send(ORDER);
  await second.untilFrames(2);
  assert.equal(stage.orders.length, 1);
});

test('anonymous clients do not end each other', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peers = [
    await stage.loggedOn(t, 'anonymous'),
    await stage.loggedOn(t, 'anonymous'),
    await stage.connect(t),
  ];
  for (const peer of peers) peer.send(ORDER);
  await until('all are served', () => stage.orders.length === 3);
  assert.equal(stage.clients, 3);
});

test('a second logon on one connection is refused, also after an order', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.loggedOn(t, 'crossover');
  peer.send('{"type":"logon","strategy":"other"}*');
  await peer.untilFrames(2);
  assert.equal(messages(peer)[1].type, 'error');
  const plain = await stage.connect(t);
  plain.send(`${ORDER}{"type":"logon","strategy":"other"}*`);
  await plain.untilFrames(2);
  assert.deepEqual(
    messages(plain)
      .map(({ type }) => type)
      .sort(),
    ['error', 'report'],
  );
  assert.deepEqual([stage.logons.length, stage.badFrames.length], [1, 2]);
});

test('a watcher gets a copy of every report, and may neither trade nor log on', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const watcher = await stage.watching(t);
  const trader = await stage.connect(t);
  trader.send(ORDER + ORDER);
  await Promise.all([watcher.untilFrames(3), trader.untilFrames(2)]);
  const copies = [1, 2].map((orderId) => ({ ...reportOf(orderId), strategy: 'anonymous' }));
  assert.deepEqual(messages(watcher).slice(1), copies);
  assert.deepEqual(messages(trader), [reportOf(1), reportOf(2)]);
  watcher.send(`${ORDER}{"type":"logon","strategy":"crossover"}*`);
  await watcher.untilFrames(5);
  assert.deepEqual(
    messages(watcher)
      .slice(3)
      .map(({ type }) => type),
    ['error', 'error'],
  );
  assert.deepEqual([stage.orders.length, stage.logons.length, stage.badFrames.length], [2, 0, 2]);
  trader.send('{"type":"watch"}*');
  await until('it is refused', () => stage.badFrames.length === 3);
});

test('a watcher that asks for it is told what is held and what was reported before, then what comes', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":2}*');
  await watcher.untilFrames(3);
  const trader = await stage.loggedOn(t, 'crossover');
  trader.send(ORDER);
  await watcher.untilFrames(4);
  assert.deepEqual(messages(watcher), [
    { type: 'watchAck', positions: [], lastOrderId: 7 },
    { ...reportOf(0), strategy: 'past', time: TIME },
    { ...reportOf(1), strategy: 'past', time: TIME },
    { ...reportOf(1), strategy: 'crossover' },
  ]);
  watcher.send('{"type":"watch","last":1001}*');
  await watcher.untilFrames(5);
  assert.equal(messages(watcher)[4].type, 'error');
});

test('an order that cannot be read goes to the handler with a reason, and is no bad frame', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send('{"symbol":"AAPL","side":"HOLD","quantity":10,"price":1}*');
  await peer.untilFrames(1);
  assert.deepEqual(stage.orders, ['anonymous badOrder undefined 10 AAPL']);
  assert.deepEqual(stage.badFrames, []);
});

test('bad frames are answered and counted; ten end the connection, and no other', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const good = await stage.connect(t);
  const bad = await stage.connect(t);
  const deep = `{"type":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
  const nine = ['', 'hello', '[]', 'null', '{"type":"nonsense"}', '{"type":"logon"}', '\xff\0', '{', deep];
  bad.send(`${nine.join('*')}*`);
  await bad.untilFrames(9);
  assert.equal(bad.closed, false);
  for (const message of messages(bad)) assert.equal(message.type, 'error');
  bad.send(`${'x'.repeat(70_000)}*${ORDER}`);
  await bad.untilClosed();
  assert.deepEqual([stage.badFrames.length, stage.orders.length], [10, 0]);
  good.send(ORDER);
  await good.untilFrames(1);
});

test('a watcher that does not read is cut off, and the trader goes on', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const watcher = await stage.watching(t);
  watcher.pause();
  const trader = await stage.connect(t);
  trader.send(ORDER);
  await trader.untilFrames(1);
  const client = stage.last;
  assert.ok(client);
  let reports = 1;
  await until('it is cut off', async () => {
    for (let i = 0; i < 2_000; i++) stage.server.report(client, reportOf(++reports));
    stage.server.sendReports();
    await until('the trader reads', () => trader.received.includes(`"orderId":${reports},`));
    return stage.cutOff.length > 0;
  });
  assert.match(stage.cutOff[0] ?? '', /does not read/);
  assert.equal(trader.frames.length, reports);
});

test('a report for a client that has gone harms nobody', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER);
  await peer.untilFrames(1);
  peer.reset();
  await until('it is gone', () => stage.clients === 0);
  const client = stage.last;
  assert.ok(client);
  stage.report(client, reportOf(2));
  const next = await stage.connect(t);
  next.send(ORDER);
  await next.untilFrames(1);
});

test('close() delivers the reports that were sent', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.send(ORDER.repeat(1_000));
  await until('all are taken', () => stage.orders.length === 1_000);
  await new Promise(setImmediate);
  await stage.server.close();
  await peer.untilClosed();
  assert.equal(peer.frames.length, 1_000);
});

const TOKENS = new Tokens([
  ['crossover', 'token of crossover'],
  ['other', 'token of other'],
  ['anonymous', 'token of anonymous'],
  ['watch', 'token of the watchers'],
]);

function logon(strategy: string, token?: string): string {
  return `${JSON.stringify({ type: 'logon', strategy, token })}*`;
}

test('with tokens, a strategy logs on with its own', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'token of crossover') + ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.orders, ['crossover order BUY 10 AAPL']);
  const nobody = await stage.connect(t);
  nobody.send(logon('anonymous', 'token of anonymous') + ORDER);
  await nobody.untilFrames(2);
  assert.deepEqual(stage.logonsRefused, []);
});

for (const [what, first] of [
  ['the wrong token', logon('crossover', 'token of crossove')],
  ["another's token", logon('crossover', 'token of other')],
  ['no token', logon('crossover')],
  ['a name that nobody has', logon('stranger', 'token of crossover')],
  ['the name and token of the watchers', logon('watch', 'token of the watchers')],
  ['an order', ''],
  ['a watch without a token', '{"type":"watch"}*'],
  ['a watch with the token of a strategy', '{"type":"watch","token":"token of crossover"}*'],
] as const) {
  test(`with tokens, who begins with ${what} is told, ended, and trades nothing`, {
    timeout: 60_000,
  }, async (t) => {
    const stage = await Stage.open(t, { tokens: TOKENS });
    const peer = await stage.connect(t);
    peer.send(first + ORDER + logon('crossover', 'token of crossover') + ORDER);
    await peer.untilClosed();
    assert.deepEqual([stage.orders, stage.logons], [[], []]);
    assert.equal(stage.logonsRefused.length, 1);
    assert.deepEqual([stage.badFrames, stage.cutOff, stage.clients], [[], [], 0]);
    for (const token of ['token of crossove', 'token of other'])
      assert.ok(!stage.logonsRefused[0]?.includes(token));
  });
}

test('with tokens, a refused client hears why', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'no'));
  await peer.untilClosed();
  assert.deepEqual(messages(peer), [{ type: 'error', reason: 'logon: no such name, or not its token' }]);
});

test('with tokens, who knows only the name cannot end the connection of a strategy', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { tokens: TOKENS });
  const peer = await stage.connect(t);
  peer.send(logon('crossover', 'token of crossover'));
  await peer.untilFrames(1);
  const thief = await stage.connect(t);
  thief.send(logon('crossover', 'token of other'));
  await thief.untilClosed();
  peer.send(ORDER);
  await peer.untilFrames(2);
  assert.deepEqual(stage.cutOff, []);

  const second = await stage.connect(t);
  second.send(logon('crossover', 'token of crossover'));
  await peer.untilClosed();
  assert.deepEqual(stage.cutOff, ['crossover logged on again']);
});

test('with tokens, a watcher with its token gets copies', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t, { tokens: TOKENS });
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":0,"token":"token of the watchers"}*');
  await watcher.untilFrames(1);
  const trader = await stage.connect(t);
  trader.send(logon('crossover', 'token of crossover') + ORDER);
  await watcher.untilReceived('"strategy":"crossover"');
});

test('a client that sends faster than it may is read more slowly: all is taken, and others are not kept waiting', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { clientRate: 1_000 });
  const [fast, slow] = [await stage.connect(t), await stage.connect(t)];
  for (let i = 0; i < 50; i++) fast.send(ORDER.repeat(100));
  await until('it is held back', () => stage.paused.length > 0);
  slow.send(ORDER);
  await slow.untilFrames(1);
  assert.ok(fast.frames.length < 5_000, 'the other was served meanwhile');
  await fast.untilFrames(5_000);
  assert.deepEqual(stage.cutOff, []);
});

test('a client that does not take its reports is not read, and goes on when it does', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const peer = await stage.connect(t);
  peer.pause();
  let orders = 0;
  const sendMore = () => {
    peer.send(ORDER.repeat(1_000));
    orders += 1_000;
  };
  await until('it is held back', () => {
    sendMore();
    return stage.paused.length > 0;
  });
  for (let i = 0; i < 20; i++) sendMore();
  assert.ok(stage.orders.length < orders);
  peer.resume();
  await until('all are answered', () => peer.received.slice(-300).includes(`"orderId":${orders},`));
  assert.deepEqual(stage.cutOff, []);
});

test('a client with too many orders that are not answered is not read until they are', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  stage.answers = false;
  const peer = await stage.connect(t);
  for (let i = 0; i < 30; i++) peer.send(ORDER.repeat(1_000));
  await until('it is held back', () => stage.paused.length > 0);
  const taken = stage.orders.length;
  assert.ok(taken >= 10_000 && taken < 12_000, `${taken} are taken`);
  const other = await stage.connect(t);
  other.send('hello*');
  await other.untilFrames(1);
  assert.equal(stage.orders.length, taken, 'no more while none is answered');
  stage.answerAll();
  await peer.untilFrames(30_000);
});

test('a flood of silent connections does not keep a strategy out, nor one in it out', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t);
  const first = await stage.loggedOn(t, 'first');
  const silent: Peer[] = [];
  for (let i = 0; i < 1_300; i++) silent.push(await stage.connect(t));
  await until('the oldest are pushed out', () => stage.refused.length > 200);
  const second = await stage.loggedOn(t, 'second');
  for (const peer of [first, second]) peer.send(ORDER);
  await Promise.all([first.untilFrames(2), second.untilFrames(2)]);
  await silent[0]?.untilClosed();
  assert.ok(!silent.at(-1)?.closed);
});

test('a client that never says anything is ended; one that has ordered may be silent', {
  timeout: 60_000,
}, async (t) => {
  const stage = await Stage.open(t, { logonMs: 2_000 });
  const trader = await stage.connect(t);
  trader.send(ORDER);
  await trader.untilFrames(1);
  const watcher = await stage.connect(t);
  watcher.send('{"type":"watch","last":0}*');
  await watcher.untilFrames(1);
  const silent = await stage.connect(t);
  await silent.untilClosed();
  assert.deepEqual([stage.clients, trader.closed, watcher.closed], [2, false, false]);
  assert.match(stage.refused[0] ?? '', /did not identify itself/);
});

test('no more than 64 clients may watch', { timeout: 60_000 }, async (t) => {
  const stage = await Stage.open(t);
  for (let i = 0; i < 64; i++) {
    const watcher = await stage.connect(t);
    watcher.send('{"type":"watch","last":0}*');
    await watcher.untilFrames(1);
  }
  const late = await stage.connect(t);
  late.send('{"type":"watch"}*');
  await late.untilFrames(1);
  assert.equal(messages(late)[0].type, 'error');
});
