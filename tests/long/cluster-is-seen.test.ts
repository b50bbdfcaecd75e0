// What stat, the dashboard and /healthz show of a cluster: where each process is connected, how far it is behind, who is active.

import assert from 'node:assert/strict';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { NatsServers, withoutNats } from '../../tools/testing/nats-server.ts';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import { testsInBrowser } from '../browser/browser.ts';
import { startServed } from '../browser/dashboard.ts';
import { openStack } from '../end-to-end/stack.ts';
import { runProcess } from '../run-process.ts';

const testInBrowser = testsInBrowser();

async function stat({ bookName }: Stack): Promise<string> {
  const words = [...NODE_FLAGS, MAIN, 'stat', '--once', '--stack', bookName];
  return (await runProcess(process.execPath, words)).stdout;
}

testInBrowser(
  'stat and the page show where each process of a cluster is connected, and who is active',
  async (t, open) => {
    const reason = withoutNats();
    if (reason !== false) return t.skip(reason);
    const servers = await NatsServers.start(1);
    t.after(() => servers.close());
    const [server] = servers.servers;
    const [first, second] = [await openStack(t), await openStack(t)];
    const nats = ['--nats', servers.urls.join(',')];
    first.start('orderbook', ...nats);
    first.start('order-manager', ...nats);
    await first.until('it is active', () => first.counter('order-manager.active') === 1);
    second.start('orderbook', ...nats);
    second.start('order-manager', ...nats);
    first.start('strategy', ...nats);
    const url = await startServed(first, [['gateway', ...nats, '--loop', '--rate', '500/s'], ['dashboard']]);
    await first.until('orders are filled', () => first.counter('strategy.ordersFilled') > 0);
    await second.until('all shards are read', () => second.counter('orderbook.shardsRead') === 8);
    await second.until('the standby is there', () => second.counter('order-manager.nats') === 1);

    const place = `127\\.0\\.0\\.1:${server.port}`;
    const seen = await stat(first);
    assert.match(seen, new RegExp(`^gateway +${place} +\\d+ messages? waiting, \\d+ ms`, 'm'));
    assert.match(seen, new RegExp(`^orderbook +${place} +8 of 8 shards read +\\d+ messages? behind`, 'm'));
    assert.match(seen, new RegExp(`^crossover +${place} +\\d+ orders? unanswered`, 'm'));
    assert.match(seen, new RegExp(`^order-manager +${place} +active +.* 1 takeover`, 'm'));
    assert.match(await stat(second), new RegExp(`^order-manager +${place} +standby`, 'm'));

    const { page, errors } = await open(url);
    const card = (name: string) => page.locator(`[data-process="${name}"] .cluster`);
    await card('orderbook').filter({ hasText: '8 of 8 shards read' }).waitFor();
    await card('order-manager')
      .filter({ hasText: `${server.port} · active` })
      .waitFor();

    assert.equal(await page.locator('#halt-command').innerText(), `./tickline halt ${nats.join(' ')}`);

    await server.stop();
    await card('gateway').filter({ hasText: 'not connected to NATS' }).waitFor();
    assert.match(await stat(first), /^gateway: not connected to NATS$/m);
    assert.equal((await fetch(new URL('/healthz', url))).status, 503);
    server.start();
    await card('gateway')
      .filter({ hasText: String(server.port) })
      .waitFor();
    await card('orderbook').filter({ hasText: '8 of 8 shards read' }).waitFor();
    assert.deepEqual(errors, []);
  },
);
