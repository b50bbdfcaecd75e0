// A FIFO in the place of a configuration: a program that opens it waits for ever.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Attack } from './attack.ts';
import { runCommand } from './command.ts';

const COMMANDS = ['halt', 'orders', 'gateway'] as const;
const STATUS_USAGE = 2;

export const waitOnFifo: Attack = {
  name: 'put a FIFO in the place of a configuration',
  async attempt({ stack }) {
    const fifo = path.join(stack.folder, 'fifo.json');
    execFileSync('mkfifo', [fifo]);
    try {
      let refused = 0;
      for (const command of COMMANDS) {
        const words = [...stack.argumentsOf(command), '--config', fifo];
        const { status } = await runCommand(words, stack.folder);
        if (status === STATUS_USAGE) refused++;
      }
      return {
        held: refused === COMMANDS.length,
        figure: `${refused} of ${COMMANDS.length} commands refused it`,
      };
    } finally {
      fs.rmSync(fifo);
    }
  },
};
