// Another user takes every place of the price and news ports and never reads. Then the OrderBook has to come back.

import { type Attack, count, untilTrading, WAIT_MS } from './attack.ts';
import { Crowd } from './crowd.ts';
import { compareLoads, measureGateway } from './load.ts';

/** One address gets 2,048. */
const CLIENTS = 2_098;
const CONNECTED = 2_048;
/** Bytes that the Gateway may need for so many connections. */
const GROWTH_MAX = 192 * 1024 * 1024;

export const takePlaces: Attack = {
  name: 'take all places of the price and news ports, and never read',
  needsRoot: true,
  async attempt(target) {
    const { stack } = target;
    const before = await measureGateway(stack);
    const options = { count: CLIENTS, reads: false, reconnects: true };
    await using prices = new Crowd({ ...options, port: stack.pricePort }, true);
    await using news = new Crowd({ ...options, port: stack.newsPort }, true);
    await Promise.all([prices.untilConnected(CONNECTED), news.untilConnected(CONNECTED)]);
    const orderBook = stack.counter('orderbook.pid');
    process.kill(orderBook, 'SIGKILL');
    await stack.until('another OrderBook runs', () => stack.counter('orderbook.pid') !== orderBook, WAIT_MS);
    const startedAt = performance.now();
    await stack.until('it is connected', () => stack.counter('orderbook.connected') === 1, WAIT_MS);
    const connectedAt = performance.now();
    await untilTrading(target);
    const back = `a new OrderBook has its place after ${count(connectedAt - startedAt)} ms`;
    const { held, figure } = compareLoads(before, await measureGateway(stack), GROWTH_MAX);
    return { held, figure: `${back}; ${figure}` };
  },
};
