// Questions about other processes.

import { codeOf } from '../../src/platform/errors.ts';

/** Whether a process of this number runs. A number that was given again to another process counts as alive. */
export function isAlive(pid: number): boolean {
  if (pid <= 0 || pid !== (pid | 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
