// SIGUSR1 makes Node listen for a debugger, to which every user of the machine can connect.

import fs from 'node:fs';
import { isAlive } from '@tickline/posix';
import { type Attack, untilTrading } from './attack.ts';

export const openDebugger: Attack = {
  name: 'open a debugger with SIGUSR1',
  async attempt(target) {
    const pids = target.run.group;
    const waiting = pids.filter(waitsForDebugger).length;
    for (const pid of pids) process.kill(pid, 'SIGUSR1');
    await untilTrading(target);
    const ended = pids.filter((pid) => !isAlive(pid)).length;
    const listens = target.run.stderr.includes('Debugger listening');
    return {
      held: waiting === 0 && ended === 0 && !listens,
      figure: `of ${pids.length} processes ${waiting} wait for a debugger, ${ended} ended`,
    };
  },
};

/** Node waits for the signal in a thread of this name. */
function waitsForDebugger(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  return fs
    .readdirSync(tasks)
    .some((task) => fs.readFileSync(`${tasks}/${task}/comm`, 'latin1').startsWith('SignalInspector'));
}
