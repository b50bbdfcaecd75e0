// A terminal that takes nothing, as after Ctrl-S, keeps no process from its work; and when it goes on, it
// says what is missing.

import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { isAlive } from '@tickline/posix';
import { lockOwner } from '../../src/order-store/sqlite/record-lock.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { openStack } from '../end-to-end/stack.ts';
import { Peer } from '../transport/peer.ts';

const LIMIT = { timeout: 180_000 };
/** Orders whose confirmations fill any terminal or pipe. */
const ORDERS = 3_000;

/**
 * Runs its arguments in a terminal that reads nothing until its input has a byte, and then prints what it
 * reads.
 */
const TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
os.read(0, 1)
while True:
    try:
        os.write(1, os.read(terminal, 65536))
    except OSError:
        break
`;

/** The same for a pipe. */
const PIPE = `
import os, subprocess, sys
reads, writes = os.pipe()
subprocess.Popen(sys.argv[1:], stdout=writes)
os.close(writes)
os.read(0, 1)
while text := os.read(reads, 65536):
    os.write(1, text)
`;

for (const [what, program] of [
  ['terminal', TERMINAL],
  ['pipe', PIPE],
] as const) {
  test(
    `an OrderManager serves while its ${what} takes nothing, and tells on it later what is missing`,
    LIMIT,
    async (t) => {
      let manager = 0;
      t.after(() => isAlive(manager) && process.kill(manager, 'SIGKILL')); // before its folder is gone
      const stack = await openStack(t);
      const console = startIn(t, program, [
        process.execPath,
        `${PROJECT_ROOT}/src/main.ts`,
        ...stack.argumentsOf('order-manager'),
      ]);
      await stack.untilServed(stack.orderPort);
      manager = lockOwner(stack.ordersDb) ?? 0;
      const client = await Peer.connect(t, stack.orderPort);
      for (let order = 0; order < ORDERS; order++) client.send(ORDER);
      await client.untilFrames(ORDERS);

      let shown = '';
      console.stdout.setEncoding('utf8').on('data', (text: string) => {
        shown += text;
      });
      console.stdin.end('x');
      await stack.until('the console goes on', () => {
        client.send(ORDER);
        const last = shown.slice(shown.lastIndexOf('Received Order '));
        return Number(/^Received Order (\d+):/.exec(last)?.[1]) > ORDERS; // the first of them may be missing, too
      });
      assert.match(shown, /^\.\.\. \d+ lines are missing here/m);
      assert.match(shown, /Received Order 1:/);
    },
  );
}

function startIn(
  t: TestContext,
  program: string,
  command: readonly string[],
): ChildProcessByStdio<Writable, Readable, null> {
  const child = spawn('python3', ['-c', program, ...command], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  t.after(() => process.kill(-(child.pid ?? 0), 'SIGKILL'));
  return child;
}

const ORDER = '{"symbol":"AAPL","side":"BUY","quantity":1,"price":173.2}*';
