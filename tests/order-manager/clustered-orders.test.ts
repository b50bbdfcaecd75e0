import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cluster } from '../../src/cluster/connection.ts';
import { ACCOUNT, orderSubject, ReportLog, sendOrder } from '../../src/cluster/order-log.ts';
import { haltCluster } from '../../src/commands/cluster-halt.ts';
import { ClusterHaltError } from '../../src/order-store/kill-switch-errors.ts';
import { MemoryOrderStore } from '../../src/order-store/memory/memory-order-store.ts';
import type { OrderStore } from '../../src/order-store/order-store.ts';
import { withoutNats } from '../../tools/testing/nats-server.ts';
import { until } from '../../tools/testing/poll.ts';
import { ClusterStage } from './cluster-stage.ts';

const options = { skip: withoutNats(), timeout: 60_000 };

const recorded = (store: OrderStore) =>
  Array.from(store.orders(), (order) => ({ marketTime: undefined, note: undefined, ...order }));

test('a log that is empty is read from behind the end that the same answer told', async () => {
  const ends = [0, 7]; // an old leader, then the new one
  const info = async () => ({ state: { first_seq: 1, last_seq: ends.shift() } });
  const log = new ReportLog({ streams: { streams: { info } } } as unknown as Cluster, ACCOUNT);
  assert.equal(await log.startFor(0), 1);
});

test('a standby has the same record, and answers when the active one stops', options, async (t) => {
  const stage = await ClusterStage.open(t);
  const first = stage.manager('first');
  await first.active();
  const strategy = stage.strategy('my.strategy');
  await strategy.ready();
  for (let i = 0; i < 20; i++) strategy.buy(`S${i}`);
  await strategy.answered(20);
  const second = stage.manager('second');
  await until('the standby has all orders', () => second.store.lastOrderId === 20);
  assert.deepEqual(recorded(second.store), recorded(first.store));
  assert.deepEqual(second.store.positions(), first.store.positions());
  assert.ok(!second.isActive);
  await first.stop();
  await second.active();
  await strategy.ready();
  strategy.buy('S0');
  await strategy.answered(21);
  assert.equal(strategy.held.get('S0'), 2);
  await until('it is recorded too', () => second.store.position('my.strategy', 'S0').quantity === 2);
});

test(
  'a manager that was overtaken records nothing of its group, and each order is executed once',
  options,
  async (t) => {
    const stage = await ClusterStage.open(t);
    const manager = stage.manager('a');
    await manager.active();
    const strategy = stage.strategy('s');
    await strategy.ready();
    const log = new ReportLog(await stage.connected(), ACCOUNT);
    const { last } = await log.range();
    const content = { type: 'epoch', epoch: 999, holder: 'other' } as const;
    const other = { strategy: undefined, entry: { content, lastOrderId: 0, answered: 0 } };
    assert.deepEqual(await log.append([other], last), { kind: 'appended', lastSequence: last + 1 });
    assert.deepEqual(await log.append([other], last), { kind: 'overtaken' });
    strategy.buy('A');
    await strategy.answered(1);
    assert.equal(manager.count('order-manager.fenced'), 1);
    assert.equal(manager.store.lastOrderId, 1);
  },
);

test(
  'a strategy that was killed gets the first report of an order that was executed meanwhile',
  options,
  async (t) => {
    const stage = await ClusterStage.open(t);
    const manager = stage.manager('a');
    await manager.active();
    const cluster = await stage.connected();
    const order = {
      type: 'order',
      symbol: 'A',
      side: 'BUY',
      quantity: 1,
      price: 10,
      clOrdId: 'k-1',
    } as const;
    const sent = { subject: orderSubject(ACCOUNT, 's'), text: JSON.stringify(order) };
    await sendOrder(cluster, { ...sent, id: 's:k-1' }, () => true, assert.fail);
    await until('it is executed', () => manager.store.lastOrderId === 1);
    const strategy = stage.strategy('s', [order]);
    await strategy.answered(1);
    assert.equal(strategy.reports[0].orderId, 1);
    assert.equal(strategy.resent, 1);
    assert.equal(manager.store.lastOrderId, 1, 'it was not executed again');
  },
);

test(
  'orders that were sent while no manager ran are answered, and so is what is no order',
  options,
  async (t) => {
    const stage = await ClusterStage.open(t);
    const first = stage.manager('first');
    await first.active();
    await first.stop();
    const cluster = await stage.connected();
    const texts = [
      'garbage',
      '{"type":"logon","strategy":"s"}',
      '{"symbol":"A","side":"BUY","quantity":1,"price":10}',
    ];
    const order = '{"symbol":"A","side":"BUY","quantity":1,"price":10,"clOrdId":"x-1"}';
    for (const [index, text] of [...texts, order].entries())
      await sendOrder(
        cluster,
        { subject: orderSubject(ACCOUNT, 's'), text, id: `${index}` },
        () => true,
        assert.fail,
      );
    const second = stage.manager('second', first.store);
    await until('the order is executed', () => second.store.lastOrderId === 1);
    assert.equal(
      second.count('order-manager.badFrames'),
      2,
      'an order without an id is rejected, and answered',
    );
    const { last } = await new ReportLog(cluster, ACCOUNT).range();
    assert.equal(last, 2 + texts.length + 1, 'each message has its entry, besides two epochs');
  },
);

test('a halt is confirmed by the active manager, and binds its successor', options, async (t) => {
  const stage = await ClusterStage.open(t);
  const first = stage.manager('first');
  await first.active();
  const second = stage.manager('second');
  await assert.rejects(
    haltCluster({ nats: stage.nats }, 's', true),
    /no strategy s in the cluster at .*: no strategy has/,
  );
  const strategy = stage.strategy('s');
  await strategy.ready();
  await haltCluster({ nats: stage.nats }, 's', true);
  await first.stop();
  await second.active();
  await strategy.ready();
  strategy.buy('A');
  await strategy.answered(1);
  assert.match(JSON.stringify(strategy.reports[0]), /TRADING_HALTED/);
  await haltCluster({ nats: stage.nats }, 's', false);
  strategy.buy('A');
  await strategy.answered(2);
  assert.equal(strategy.reports[1].status, 'FILLED');
});

test('a second process under the name of a strategy is refused', options, async (t) => {
  const stage = await ClusterStage.open(t);
  await stage.manager('a').active();
  const strategy = stage.strategy('s');
  await strategy.ready();
  const other = stage.strategy('s');
  await until('the name is in use', () => other.nameInUse, { timeoutMs: 20_000 });
  assert.ok(strategy.session.canSend() && !other.session.canSend());
});

test('a record that is no copy of the log is refused', options, async (t) => {
  const stage = await ClusterStage.open(t);
  const first = stage.manager('first');
  await first.active();
  const strategy = stage.strategy('s');
  await strategy.ready();
  strategy.buy('A');
  await strategy.answered(1);
  const foreign = new MemoryOrderStore();
  foreign.recordAll([{ ...recorded(first.store)[0], symbol: 'B', status: 'REJECTED', reason: 'x' }], []);
  const second = stage.manager('second', foreign);
  await until('it stops', () => second.failed !== undefined);
  assert.match(String(second.failed), /not a copy of the report log: it has another order 1/);
});

test('a halt that no active OrderManager confirms fails with status 1, and says so', options, async (t) => {
  const stage = await ClusterStage.open(t);
  for (const [nats, reason] of [
    [stage.nats, /no active OrderManager answered within 0\.5 s/],
    [['nats://127.0.0.1:1'], /stopped while waiting for NATS/],
  ] as const)
    await assert.rejects(haltCluster({ nats }, undefined, true, 500), (error) => {
      assert.ok(error instanceof ClusterHaltError);
      assert.equal(error.exitStatus, 1);
      assert.match(error.message, reason);
      return true;
    });
});

test('a group that was overtaken is not in the log, and no part of it is', options, async (t) => {
  const stage = await ClusterStage.open(t);
  const manager = stage.manager('a');
  await manager.active();
  await manager.stop();
  const log = new ReportLog(await stage.connected(), ACCOUNT);
  const { last } = await log.range();
  const entryOf = (epoch: number) => {
    const content = { type: 'epoch', epoch, holder: 'other' } as const;
    return { strategy: undefined, entry: { content, lastOrderId: 0, answered: 0 } };
  };
  assert.equal((await log.append([entryOf(7)], last)).kind, 'appended');
  assert.notEqual((await log.append([entryOf(8), entryOf(9), entryOf(10)], last)).kind, 'appended');
  assert.equal((await log.range()).last, last + 1);
  const group = [entryOf(11), entryOf(12), entryOf(13)];
  assert.deepEqual(await log.append(group, last + 1), { kind: 'appended', lastSequence: last + 4 });
  assert.equal((await log.range()).last, last + 4);
});
