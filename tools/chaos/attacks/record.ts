// The record of orders is removed while the OrderManager writes it. The last attack: no order is filled afterwards.

import fs from 'node:fs';
import { type Attack, count, WAIT_MS } from './attack.ts';

const STOP_MS = 30_000;
const STATUS_FAILED = 1;

export const removeRecord: Attack = {
  name: 'remove the record while it is in use',
  async attempt({ stack, run }) {
    const rejected = stack.counter('order-manager.ordersRejected');
    const rejects = () => stack.counter('order-manager.ordersRejected') - rejected;
    fs.rmSync(stack.ordersDb);
    await stack.until('orders are refused', () => rejects() > 0, WAIT_MS);
    const filled = stack.counter('order-manager.ordersFilled');
    await stack.until('all orders are refused', () => rejects() > 20, WAIT_MS);
    const after = stack.counter('order-manager.ordersFilled') - filled;
    const figure = `${count(rejects())} orders refused, ${after} filled`;
    const { status } = await run.stop('SIGTERM', STOP_MS);
    return {
      held: after === 0 && status === STATUS_FAILED,
      figure: `${figure}; the run ended with status ${status}`,
    };
  },
};
