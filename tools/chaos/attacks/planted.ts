// Another user plants a configuration in a shared folder, with a strategy of his own, and this user runs a command there.

import fs from 'node:fs';
import path from 'node:path';
import { NOBODY } from '../../testing/another-user.ts';
import type { Attack } from './attack.ts';
import { runCommand } from './command.ts';

const COMMANDS = ['strategy', 'halt', 'book'] as const;
const SHARED_MODE = 0o1777;
const STATUS_USAGE = 2;

export const plantConfiguration: Attack = {
  name: 'plant a configuration that runs code',
  needsRoot: true,
  async attempt({ stack }) {
    const shared = path.join(stack.folder, 'shared');
    fs.mkdirSync(shared);
    fs.chmodSync(shared, SHARED_MODE);
    const proof = path.join(shared, 'proof');
    const strategy = path.join(shared, 'strategy.mjs');
    const config = path.join(shared, 'tickline.config.json');
    fs.writeFileSync(strategy, `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(proof)}, '');`);
    fs.writeFileSync(config, JSON.stringify({ strategy, duration: '1s' }));
    for (const file of [strategy, config]) fs.chownSync(file, NOBODY, NOBODY);
    let refused = 0;
    for (const command of COMMANDS) {
      const { status } = await runCommand([command], shared);
      if (status === STATUS_USAGE) refused++;
    }
    const ran = fs.existsSync(proof);
    return {
      held: refused === COMMANDS.length && !ran,
      figure: `${refused} of ${COMMANDS.length} commands refused it${ran ? '; its code ran' : ''}`,
    };
  },
};
