import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { Screen } from '../../src/dashboard/screens.ts';
import { WebServer } from '../../src/dashboard/web-server.ts';
import { until } from '../../tools/testing/poll.ts';

const LIMIT = { timeout: 60_000 };
const FRAME = 'x'.repeat(64 * 1024);

interface Connected {
  readonly screen: Screen;
  /** Its two ends: on the server's side, and on the browser's. */
  readonly socket: WebSocket;
  readonly browser: WebSocket;
}

async function connected(t: TestContext, stallMs?: number): Promise<Connected> {
  const screens: { screen: Screen; socket: WebSocket }[] = [];
  const server = new WebServer({
    port: 0,
    routes: new Map(),
    socketPath: '/live',
    hasRoom: () => true,
    onSocket: (socket) => screens.push({ screen: new Screen(socket, stallMs), socket }),
  });
  t.after(() => server.close());
  await server.listen();
  const origin = `http://localhost:${server.port}`;
  const browser = new WebSocket(`ws://127.0.0.1:${server.port}/live`, { origin });
  t.after(() => browser.terminate());
  browser.on('error', () => {});
  await until('both sides are there', () => screens.length === 1 && browser.readyState === WebSocket.OPEN);
  const [first] = screens;
  assert.ok(first);
  return { ...first, browser };
}

async function fill(screen: Screen): Promise<void> {
  await until('it takes no more', () => {
    if (screen.isReady()) screen.send(FRAME);
    return !screen.isReady();
  });
}

test('a screen chooses its symbol', LIMIT, async (t) => {
  const { screen, browser } = await connected(t);
  browser.send('{"choose":"AAPL261218C00250000"}');
  await until('it is heard', () => screen.chosen === 'AAPL261218C00250000');
});

test('any other message disconnects a screen', LIMIT, async (t) => {
  for (const text of [
    'nonsense',
    '{"choose":7}',
    '{"order":"BUY"}',
    '[]',
    '',
    `{"choose":"${'x'.repeat(33)}"}`,
  ]) {
    const { screen, browser } = await connected(t);
    browser.send(text);
    await until(`it is ended for ${text}`, () => browser.readyState === WebSocket.CLOSED);
    assert.equal(screen.isReady(), false);
  }
});

test(
  'a screen that does not read misses frames, and gets the whole state when it reads again',
  LIMIT,
  async (t) => {
    const { screen, browser } = await connected(t);
    screen.needsState = false;
    browser.pause();
    await fill(screen);
    assert.equal(screen.needsState, true);
    browser.resume();
    await until('it takes frames again', () => screen.isReady());
    assert.equal(browser.readyState, WebSocket.OPEN);
  },
);

test('a screen that reads nothing for long is disconnected', LIMIT, async (t) => {
  const { screen, socket, browser } = await connected(t, 50);
  browser.pause();
  await fill(screen);
  await until('the server has ended it', () => !screen.isReady() && socket.readyState === WebSocket.CLOSED);
});
