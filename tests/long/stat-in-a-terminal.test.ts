// `tickline stat` in a terminal: how it ends, and what it leaves behind.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { MAIN, type Stack } from '../../tools/testing/stack.ts';
import { openStack } from '../end-to-end/stack.ts';
import { type Ended, runProcess } from '../run-process.ts';

const LIMIT = { timeout: 180_000 };

/**
 * Runs its arguments, but the first, in a terminal of that many columns. It writes the keys once there is output,
 * prints what the terminal got, and exits with the status of the program, or with 99 if the terminal's settings differ.
 */
const TERMINAL = `
import fcntl, os, pty, select, struct, subprocess, sys, termios
columns, keys, *command = sys.argv[1:]
terminal, inner = pty.openpty()
fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
before = termios.tcgetattr(inner)
def lead():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
child = subprocess.Popen(command, stdin=inner, stdout=inner, stderr=inner, preexec_fn=lead)
got = b""
while child.poll() is None:
    if not select.select([terminal], [], [], 0.05)[0]:
        continue
    got += os.read(terminal, 65536)
    if keys and b"crossover" not in got and b"no readers" in got:
        os.write(terminal, keys.encode())
        keys = ""
while select.select([terminal], [], [], 0)[0]:
    got += os.read(terminal, 65536)
os.write(1, got)
sys.exit(child.returncode if termios.tcgetattr(inner) == before else 99)
`;

/**
 * Runs its arguments in a full terminal that nobody reads, sends SIGINT once they catch signals, and exits with their
 * status, or with 99 if they go on.
 */
const FULL_TERMINAL = `
import os, pty, signal, subprocess, sys, time
terminal, inner = pty.openpty()
os.set_blocking(inner, False)
try:
    while True:
        os.write(inner, b"x" * 64)
except BlockingIOError:
    os.set_blocking(inner, True)
child = subprocess.Popen(sys.argv[1:], stdin=inner, stdout=inner)
def catches_signals(): # SIGHUP: Node catches SIGINT from its start
    with open(f"/proc/{child.pid}/status") as status:
        caught = next(line for line in status if line.startswith("SigCgt"))
    return int(caught.split()[1], 16) & 1 << (signal.SIGHUP - 1)
while not catches_signals():
    time.sleep(0.01)
child.send_signal(signal.SIGINT)
try:
    sys.exit(child.wait(10))
except subprocess.TimeoutExpired:
    child.kill()
    sys.exit(99)
`;

async function stackWithBook(t: TestContext): Promise<Stack> {
  const stack = await openStack(t);
  stack.start('orderbook');
  await stack.untilBook();
  return stack;
}

function statInTerminal(
  stack: Stack,
  keys: string,
  env: NodeJS.ProcessEnv = {},
  columns = 80,
): Promise<Ended> {
  const { NO_COLOR, FORCE_COLOR, NODE_DISABLE_COLORS, CI, ...inherited } = process.env; // each decides on colours
  const command = [process.execPath, MAIN, 'stat', '--book', stack.bookName];
  const terminal = { ...inherited, TERM: 'xterm-256color', ...env };
  return runProcess('python3', ['-c', TERMINAL, String(columns), keys, ...command], { env: terminal });
}

for (const [name, key] of [
  ['q', 'q'],
  ['Ctrl-C', '\x03'],
] as const) {
  test(`${name} ends stat with status 0 and leaves the terminal as it was`, LIMIT, async (t) => {
    const { status, stdout } = await statInTerminal(await stackWithBook(t), key);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /q quits/);
  });
}

test('stat has colours in a terminal, but none with NO_COLOR or in a dumb one', LIMIT, async (t) => {
  const stack = await stackWithBook(t);
  const hasColour = ({ stdout }: Ended) => stdout.includes('\x1b[1m');
  assert.ok(hasColour(await statInTerminal(stack, 'q')));
  assert.ok(!hasColour(await statInTerminal(stack, 'q', { NO_COLOR: '1' })));
  const dumb = await statInTerminal(stack, '\x03', { TERM: 'dumb' });
  assert.ok(!dumb.stdout.includes('\x1b'), JSON.stringify(dumb.stdout));
});

test('stat keeps within the 40 columns of a terminal', LIMIT, async (t) => {
  const { stdout } = await statInTerminal(await stackWithBook(t), 'q', { NO_COLOR: '1' }, 40);
  const lines = stripVTControlCharacters(stdout).split(/\r?\n/);
  for (const line of lines) assert.ok(line.length <= 40, line);
});

for (const form of ['--json', '--duration=1h'])
  test(`Ctrl-C ends stat ${form} in a terminal that takes nothing`, LIMIT, async (t) => {
    const command = [process.execPath, MAIN, 'stat', form, '--book', (await stackWithBook(t)).bookName];
    const { status, stderr } = await runProcess('python3', ['-c', FULL_TERMINAL, ...command]);
    assert.deepEqual([status, stderr], [0, '']);
  });
