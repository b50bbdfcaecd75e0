import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerMonitor } from '../../src/monitoring/server-monitor.ts';
import { processCounters } from '../../src/monitoring/stack-book.ts';
import { recordedLog } from './recorded-log.ts';

const GATEWAY = {
  clients: 'gateway.priceClients',
  badFrames: 'gateway.badFrames',
  refused: 'gateway.connectionsRefused',
  cutOff: 'gateway.clientsCutOff',
} as const;
const ORDER_MANAGER = {
  clients: 'order-manager.clients',
  badFrames: 'order-manager.badFrames',
  refused: 'order-manager.connectionsRefused',
  paused: 'order-manager.clientsHeldBack',
} as const;

test('every event of a server is counted, however many there are', () => {
  const counters = processCounters('gateway');
  const monitor = new ServerMonitor(recordedLog().log, counters, GATEWAY);
  monitor.onClients(3);
  for (let i = 0; i < 100; i++) {
    monitor.onBadFrame('client', 'nonsense');
    monitor.onCutOff('client', '10 bad frames');
    monitor.onRefused('no room');
  }
  assert.equal(counters.get('gateway.priceClients'), 3);
  for (const name of [GATEWAY.badFrames, GATEWAY.cutOff, GATEWAY.refused])
    assert.equal(counters.get(name), 100, name);
});

test('an event without a counter is still logged', () => {
  const { log, warnings } = recordedLog();
  const counters = processCounters('order-manager');
  const monitor = new ServerMonitor(log, counters, ORDER_MANAGER);
  monitor.onCutOff('client', '10 bad frames');
  monitor.onPaused('client', 'too-fast');
  assert.deepEqual(
    warnings.map(({ fields }) => fields),
    [
      { event: 'client-cut-off', count: 1, client: 'client', reason: '10 bad frames' },
      { event: 'client-held-back', count: 1, client: 'client', reason: 'too-fast' },
    ],
  );
  assert.equal(counters.get('order-manager.clientsHeldBack'), 1);
});

test('a flood is logged a few times per second, and each kind of event has its own share', () => {
  const { log, warnings } = recordedLog();
  const monitor = new ServerMonitor(log, processCounters('gateway'), GATEWAY);
  for (let i = 0; i < 1_000; i++) monitor.onBadFrame('client', 'nonsense');
  const logged = warnings.length;
  assert.ok(logged < 100, `${logged} lines`);
  monitor.onRefused('no room');
  assert.equal(warnings.at(-1)?.fields.event, 'turned-away');
});
