// The dashboard behind a real reverse proxy, on another port and below a path.

import assert from 'node:assert/strict';
import { testsInBrowser } from '../browser/browser.ts';
import { priceIn, rowOf, startServed } from '../browser/dashboard.ts';
import { reverseProxy } from '../browser/reverse-proxy.ts';
import { openStack } from '../end-to-end/stack.ts';

const inBrowser = testsInBrowser();

for (const strips of [true, false]) {
  inBrowser(
    `prices move behind a proxy that ${strips ? 'removes' : 'keeps'} its path, with --dashboard-url`,
    async (t, open) => {
      const stack = await openStack(t);
      const path = '/desk/tickline/';
      const url = await reverseProxy(t, { port: () => stack.dashboardPort, path, strips });
      await startServed(stack, [
        ['orderbook'],
        ['gateway', '--loop', '--rate', '300'],
        ['dashboard', '--dashboard-url', url],
      ]);
      const { page, errors } = await open(url);
      await page.locator('body[data-live=true]').waitFor();
      const cell = priceIn(rowOf(page, 'AA'));
      const before = await cell.innerText();
      await stack.until('prices move', async () => (await cell.innerText()) !== before);
      const csv = await page.evaluate<string>(`fetch('equity.csv').then((answer) => answer.text())`);
      assert.match(csv, /^time,realised/);
      assert.deepEqual(errors, []);
    },
  );
}

inBrowser('without --dashboard-url a proxy is refused', async (t, open) => {
  const stack = await openStack(t);
  const url = await reverseProxy(t, { port: () => stack.dashboardPort, path: '/', strips: true });
  await startServed(stack, [['dashboard']]);
  const { page } = await open(url);
  assert.match(await page.locator('body').innerText(), /this server is http:\/\/localhost/);
});
