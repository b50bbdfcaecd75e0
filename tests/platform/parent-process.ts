// A process that starts a stopping process as its child, says its number, and stays until it is killed.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PARENT_VARIABLE } from '../../src/platform/lifecycle.ts';

const { pid } = spawn(process.execPath, [join(import.meta.dirname, 'stopping-process.ts')], {
  env: { ...process.env, [PARENT_VARIABLE]: String(process.pid) },
  stdio: ['ignore', 'inherit', 'inherit'],
});
console.log(pid);
