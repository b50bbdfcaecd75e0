// A program sends frames that are no orders to the order port, over one connection after another.

import { type Attack, count, untilTrading, WAIT_MS } from './attack.ts';
import { AttackClient } from './client.ts';

const CONNECTIONS = 100;
/** Nothing of this is an order. */
const JUNK = [
  '\u0000\u00ff',
  '[',
  '{"a":'.repeat(5_000),
  '{"type":"logon"}',
  'AAPL,1',
  `"${'x'.repeat(60_000)}"`,
];
const FRAMES = `${[...JUNK, ...JUNK].join('*')}*`;

export const sendJunk: Attack = {
  name: 'send junk frames to the order port',
  async attempt(target) {
    const { stack } = target;
    const pid = stack.counter('order-manager.pid');
    const bad = stack.counter('order-manager.badFrames');
    for (let made = 0; made < CONNECTIONS; made++) {
      using client = await AttackClient.connect(stack.orderPort);
      client.send(FRAMES);
      await stack.until('the junk is answered by closing', () => client.closed, WAIT_MS);
    }
    await untilTrading(target);
    const counted = stack.counter('order-manager.badFrames') - bad;
    const isSame = stack.counter('order-manager.pid') === pid;
    const figure = `${count(counted)} bad frames over ${CONNECTIONS} connections counted`;
    return {
      held: isSame && counted >= CONNECTIONS,
      figure: isSame ? figure : `${figure}; the OrderManager died`,
    };
  },
};
