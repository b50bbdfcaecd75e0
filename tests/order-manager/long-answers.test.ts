// Many positions at a logon or a watch, told to clients that read them and to others that do not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../tools/testing/poll.ts';
import { logon, ORDER, OrderServerStage } from './order-server-stage.ts';

const LIMIT = { timeout: 60_000 };
const PAGES = 600;
const PAGE = 1_000;

/** Counts the pages that were asked for. */
class ManyPositions {
  asked = 0;
  readonly #pages: number;

  constructor(pages: number) {
    this.#pages = pages;
  }

  *[Symbol.iterator]() {
    for (; this.asked < this.#pages; this.asked++)
      yield Array.from({ length: PAGE }, (_, i) => ({ symbol: `S${this.asked}-${i}`, quantity: 1 }));
  }
}

test('positions are made as the client reads them, and others are served meanwhile', LIMIT, async (t) => {
  const stage = await OrderServerStage.open(t);
  const trader = await stage.connect(t);
  const pages = new ManyPositions(PAGES);
  stage.pages = pages;
  const slow = await stage.connect(t);
  slow.pause();
  slow.send(`${logon('slow')}${ORDER}`);
  await until('it is told some', () => pages.asked > 0);
  let asked = -1;
  await until('it is told no more', async () => {
    const before = asked;
    asked = pages.asked;
    trader.send(ORDER);
    const { length } = trader.frames;
    await trader.untilFrames(length + 1);
    return asked === before;
  });
  assert.ok(pages.asked < PAGES / 2, `${pages.asked} pages were made for a client that does not read`);
  slow.resume();
  await until('it has all', () => slow.received.includes('"report"'));
  const acks = slow.messages.filter(({ type }) => type === 'logonAck');
  assert.equal(acks.flatMap(({ positions }) => positions).length, PAGES * PAGE);
  assert.deepEqual(
    acks.map(({ more }) => more === true),
    acks.map((_, index) => index < acks.length - 1),
  );
  assert.equal(slow.messages.at(-1)?.type, 'report', 'the report of its order follows');
  assert.deepEqual(stage.cutOff, []);
});

test(
  'a logon of many positions is answered in more than one iteration of the event loop',
  LIMIT,
  async (t) => {
    const stage = await OrderServerStage.open(t);
    stage.pages = new ManyPositions(PAGES);
    let iterations = 0;
    const count = () => {
      iterations++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    t.after(() => clearImmediate(counting));
    const peer = await stage.connect(t);
    const before = iterations;
    peer.send(logon('s'));
    await until('it is answered', () => peer.received.endsWith(']}*'));
    assert.ok(iterations - before > 10, `${iterations - before} iterations`);
  },
);
