// A halt that stops nothing: the lock file of the record is removed, or a false confirmation is there before it.

import fs from 'node:fs';
import { ALL_HALTED } from '../../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../../src/order-store/kill-switch.ts';
import { type Attack, count, type Target, untilTrading, WAIT_MS } from './attack.ts';
import { type Ended, runCommand } from './command.ts';

export const hideFromHalt: Attack = {
  name: 'remove the lock file before a halt',
  async attempt(target) {
    const { stack } = target;
    fs.rmSync(`${stack.ordersDb}.lock`);
    const { status } = await command(target, 'halt');
    const filled = stack.counter('order-manager.ordersFilled');
    const rejected = stack.counter('order-manager.ordersRejected');
    const rejects = () => stack.counter('order-manager.ordersRejected') - rejected;
    await stack.until('orders are rejected', () => rejects() > 20, WAIT_MS);
    const after = stack.counter('order-manager.ordersFilled') - filled;
    const figure = `status ${status}, then ${count(rejects())} orders rejected and ${after} filled`;
    await command(target, 'resume');
    await untilTrading(target);
    return { held: status === 0 && after === 0, figure };
  },
};

export const forgeConfirmation: Attack = {
  name: 'leave a false confirmation for a halt',
  async attempt(target) {
    const { stack } = target;
    const pid = stack.counter('order-manager.pid');
    process.kill(pid, 'SIGSTOP'); // it confirms nothing meanwhile
    new KillSwitch(stack.ordersDb).confirm(ALL_HALTED);
    const { status } = await command(target, 'halt').finally(() => process.kill(pid, 'SIGCONT'));
    await command(target, 'resume');
    await untilTrading(target);
    return { held: status === 1, figure: `status ${status} while the OrderManager is stopped` };
  },
};

function command({ stack }: Target, name: 'halt' | 'resume'): Promise<Ended> {
  return runCommand(stack.argumentsOf(name), stack.folder);
}
