// /metrics and /healthz of a running stack, as a scraper and a supervisor see them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { command, DONE } from './halting.ts';
import { openStack } from './stack.ts';

interface Health {
  readonly healthy: boolean;
  readonly faults: readonly { readonly process: string; readonly fault: string }[];
}

test('a stack is healthy while all of it works, and says what is wrong when not', {
  timeout: 180_000,
}, async (t) => {
  const stack = await openStack(t);
  const port = await unusedPort();
  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  const health = async () => {
    const answer = await get('/healthz');
    return { status: answer.status, ...((await answer.json()) as Health) };
  };
  stack.start('dashboard', '--dashboard-port', String(port));
  await stack.untilServed(port);
  assert.deepEqual((await health()).faults, [{ process: 'orderbook', fault: 'there is no price book' }]);

  stack.start('order-manager');
  stack.start('orderbook');
  stack.start('strategy');
  const gateway = stack.start('gateway', '--loop');
  let latest = await health();
  await stack.until('it is healthy', async () => {
    latest = await health();
    return latest.status === 200;
  });
  assert.deepEqual(latest, { status: 200, healthy: true, faults: [] });
  await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 100);
  let text = '';
  await stack.until('the Gateway is up', async () => {
    text = await (await get('/metrics')).text();
    return text.includes('tickline_process_up{process="gateway"} 1\n');
  });
  const seen = Number(/^tickline_strategy_ticks_seen_total\{strategy="crossover"\} (\d+)$/m.exec(text)?.[1]);
  assert.ok(seen > 100 && seen <= stack.counter('strategy.ticksSeen'));

  await command(stack, 'halt');
  await stack.until('the halt is seen', async () => {
    latest = await health();
    return latest.faults.length > 0;
  });
  const halted = `halted; ./tickline orders --stack ${stack.bookName} shows what, and how to resume`;
  assert.deepEqual(latest.faults, [{ process: 'order-manager', fault: halted }]);
  const stat = stack.start('stat', '--once', '--json');
  assert.deepEqual(await stack.untilExited(stat), DONE, stat.stderr);
  assert.deepEqual((JSON.parse(stat.stdout) as Health).faults, latest.faults);
  await command(stack, 'resume');

  gateway.signal('SIGKILL');
  await stack.untilExited(gateway);
  const gone = [
    'gateway: dead',
    'orderbook: not connected to the Gateway',
    'strategy: not connected to the news',
  ];
  await stack.until('all connections are seen to be gone', async () => {
    latest = await health();
    const told = latest.faults.map(({ process, fault }) => `${process}: ${fault}`);
    return gone.every((fault) => told.includes(fault));
  });
  assert.deepEqual([latest.status, latest.healthy], [503, false]);
});
