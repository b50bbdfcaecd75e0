// Acting as another user of the machine, in tests and attacks.

import { spawnSync } from 'node:child_process';

/** The user id of `nobody`. */
export const NOBODY = 65_534;

/** Why this process cannot start Node as another user; false if it can. */
export function whyNotAnotherUser(): string | false {
  if (process.getuid?.() !== 0) return 'only root can act as another user';
  const { status } = spawnSync(process.execPath, ['-e', ''], { uid: NOBODY, cwd: '/' });
  return status === 0 ? false : 'another user may not enter the folder of this checkout';
}
