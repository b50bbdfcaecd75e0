import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketUrl } from '../../../src/dashboard/page/socket-url.ts';
import { DEFAULT_VIEW, fragmentOf, viewOf } from '../../../src/dashboard/page/view.ts';

test('a link shows what it was made of', () => {
  const view = {
    ...DEFAULT_VIEW,
    ...{
      symbol: 'BTC/USDT',
      range: '30m',
      strategy: 'my.one',
      filter: 'rejected & late #1',
      tab: 'positions',
    },
  };
  assert.deepEqual(viewOf(fragmentOf(view)), view);
});

test('the default needs no fragment, and unknown parts are left out', () => {
  assert.equal(fragmentOf(DEFAULT_VIEW), '');
  assert.deepEqual(viewOf(''), DEFAULT_VIEW);
  assert.deepEqual(viewOf('#nonsense&other=1&__proto__=x'), DEFAULT_VIEW);
});

test('the WebSocket is beside the page, with TLS if the page has it', () => {
  assert.equal(socketUrl('http://localhost:9080/#symbol=IBM'), 'ws://localhost:9080/live');
  assert.equal(socketUrl('https://example.org/trading/tickline/'), 'wss://example.org/trading/tickline/live');
});
