// A run in a terminal that is closed ends, in order, and leaves nothing behind; one without a terminal reads
// its configuration again at the same signal (tests/end-to-end/risk-limits.test.ts).

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isAlive } from '@tickline/posix';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from '../end-to-end/stack.ts';

const LIMIT = { timeout: 180_000 };
const MAIN = path.join(PROJECT_ROOT, 'src', 'main.ts');

/** Runs its arguments in a new terminal, as a shell does, and closes the terminal when its input ends. */
const TERMINAL = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    ready, _, _ = select.select([terminal, 0], [], [])
    if terminal in ready:
        try:
            os.read(terminal, 65536)
        except OSError:
            break
    elif not os.read(0, 1):
        break
os.close(terminal)
`;

for (const [what, shell] of [
  ['that was started from a shell', ['sh', '-c', '"$@"; true', 'sh']],
  ['that is all there is in it', []],
] as const) {
  test(`a run in a terminal, ${what}, stops when the terminal is closed`, LIMIT, async (t) => {
    const stack = await openStack(t);
    const command = [
      ...shell,
      process.execPath,
      MAIN,
      ...stack.argumentsOf('run'),
      '--loop',
      '--rate',
      '100',
    ];
    const terminal = spawn('python3', ['-c', TERMINAL, ...command], {
      cwd: stack.folder,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    t.after(() => terminal.kill('SIGKILL'));
    await stack.until('ticks are seen', () => stack.counter('strategy.ticksSeen') > 10);
    const pids = ['gateway', 'orderbook', 'strategy', 'order-manager'] as const;
    const workers = pids.map((name) => stack.counter(`${name}.pid`));
    terminal.stdin.end();
    await once(terminal, 'exit');
    await stack.until('all processes have ended', () => !workers.some(isAlive));
    await stack.until('nothing is left', async () => (await stack.leftovers()).length === 0);
    const account = path.join(stack.folder, 'summary.json');
    await stack.until('the run gives its account', () => isWhole(account));
    const { ticks, restarts } = stack.summary();
    assert.deepEqual([ticks.applied, ticks.seen], [ticks.sent, ticks.sent]);
    assert.deepEqual(new Set(Object.values(restarts)), new Set([0]));
  });
}

/** Whether a file holds complete JSON. */
function isWhole(file: string): boolean {
  return fs.existsSync(file) && fs.readFileSync(file, 'utf8').endsWith('\n}\n');
}
