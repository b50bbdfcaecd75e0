// A program orders a new symbol each time, under the name of a strategy.

import { type Attack, count, untilTrading, WAIT_MS } from './attack.ts';
import { AttackClient } from './client.ts';

/** What the stack is started with. */
export const SYMBOLS_MAX = 1_000;
const ORDERS = 3_000;
const ORDER = { side: 'BUY', quantity: 1, price: 1 };

export const buyJunkSymbols: Attack = {
  name: `order ${count(ORDERS)} symbols that do not exist`,
  async attempt(target) {
    const { stack } = target;
    using client = await AttackClient.connect(stack.orderPort);
    client.send('{"type":"logon","strategy":"junk"}*');
    for (let i = 0; i < ORDERS; i++)
      client.send(`${JSON.stringify({ ...ORDER, symbol: `JUNK${i}`, clOrdId: `j${i}` })}*`);
    await stack.until('every order is answered', () => client.frames.length > ORDERS, WAIT_MS);
    const filled = client.frames.filter((frame) => frame.includes('"FILLED"')).length;
    await untilTrading(target);
    return {
      held: filled <= SYMBOLS_MAX,
      figure: `${count(filled)} filled, the limit is ${count(SYMBOLS_MAX)}`,
    };
  },
};
