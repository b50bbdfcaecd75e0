// A program waits for the ports of a run, to get one when its process dies.

import { type Attack, count, untilTrading, WAIT_MS } from './attack.ts';
import { Squatter } from './squatter.ts';

const KILLED = ['order-manager', 'gateway', 'order-manager'] as const;

export const squatPorts: Attack = {
  name: 'take a port when its process dies',
  async attempt(target) {
    const { stack } = target;
    const squatters = [stack.pricePort, stack.newsPort, stack.orderPort].map((port) => new Squatter(port));
    try {
      for (const name of KILLED) {
        const pid = stack.counter(`${name}.pid`);
        process.kill(pid, 'SIGKILL');
        await stack.until(`another ${name} runs`, () => stack.counter(`${name}.pid`) !== pid, WAIT_MS);
        await untilTrading(target);
      }
      const attempts = squatters.reduce((sum, one) => sum + one.attempts, 0);
      const caught = squatters.reduce((sum, one) => sum + one.caught, 0);
      const figure = `${count(attempts)} attempts over ${KILLED.length} kills got ${caught} ports`;
      return { held: caught === 0, figure };
    } finally {
      for (const squatter of squatters) squatter[Symbol.dispose]();
    }
  },
};
