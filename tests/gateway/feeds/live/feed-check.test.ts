// ./tickline feed check, against exchanges that keep their rules, and that break one.

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { pull } from '../../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { openRecording } from '../../../../src/gateway/feeds/live/recorded-source.ts';
import { PROJECT_ROOT } from '../../../../src/platform/project-root.ts';
import { runProcess, temporaryFolder } from '../../../run-process.ts';
import { FakeExchange } from './fake-exchange.ts';
import { MARKETS } from './stage.ts';

const TICKLINE = path.join(PROJECT_ROOT, 'tickline');
const LIMIT = { timeout: 60_000 };
const TRADES = 20;

for (const { exchange, fake } of MARKETS) {
  test(`the rules of ${exchange.name} hold, and its session is recorded`, LIMIT, async (t) => {
    const [symbol] = fake.symbols;
    const script = Array.from({ length: TRADES }, (_, index) =>
      fake.trade(symbol, 1 + index, `${100 + index}.50`, Date.now()),
    );
    const server = await FakeExchange.start(t, fake, { script, pingMs: 200 });
    const record = path.join(temporaryFolder(t), 'session.gz');
    const words = ['--feed-url', server.url, '--duration', '2s', '--record', record, '--symbols', symbol];
    const { status, stdout } = await runProcess(TICKLINE, ['feed', 'check', exchange.name, ...words]);
    assert.match(stdout, /✔ it connects, and confirms every subscription: 1 symbol after \d+ ms/);
    assert.match(stdout, /✔ it sends the trades of the symbols: 20 trades of 1 symbol in/);
    assert.match(stdout, /✔ trade ids grow by 1 per symbol: 0 trades missing in 0 gaps/);
    assert.match(stdout, /, 0 did not, /);
    assert.equal(status, 0, stdout);
    const replayed = await openRecording(record, { loop: false, skip: 0, lateMs: 60_000, notify: () => {} });
    t.after(() => replayed.close());
    assert.equal((await pull(replayed)).length, TRADES);
  });
}

test(
  'a gap and a message that is not documented are rules that did not hold, with status 1',
  LIMIT,
  async (t) => {
    const [{ fake }] = MARKETS;
    const script = [
      fake.trade('BTC/USD', 1, '1', Date.now()),
      fake.trade('BTC/USD', 5, '2', Date.now()),
      '{"odd":1}',
    ];
    const { url } = await FakeExchange.start(t, fake, { script });
    const { status, stdout } = await runProcess(TICKLINE, [
      'feed',
      'check',
      'kraken',
      '--feed-url',
      url,
      '--duration',
      '1s',
    ]);
    assert.match(stdout, /✖ trade ids grow by 1 per symbol: 3 trades missing in 1 gap,/);
    assert.match(stdout, /✖ every message and every price is as documented: 1 was not, the last: /);
    assert.equal(status, 1);
  },
);

test('without a session one line says why, with status 1', LIMIT, async (t) => {
  const [{ fake }] = MARKETS;
  const server = await FakeExchange.start(t, fake);
  server.refusal = { status: 451 };
  const { status, stderr } = await runProcess(TICKLINE, [
    'feed',
    'check',
    'kraken',
    '--feed-url',
    server.url,
  ]);
  assert.match(stderr, /^tickline feed check: kraken: HTTP 451, it does not serve this country; .*\n$/);
  assert.equal(status, 1);
});
