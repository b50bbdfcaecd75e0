import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isAlive } from '@tickline/posix';
import { PARENT_VARIABLE, RUN_STOPS_SIGNAL, STOP_SIGNAL } from '../../src/platform/lifecycle.ts';
import { RUN_ID_VARIABLE } from '../../src/platform/run-id.ts';
import { withTimeout } from '../../src/platform/timeout.ts';
import { until } from '../../tools/testing/poll.ts';

const FOLDER = import.meta.dirname;

/** A started process and its output. */
class Child {
  output = '';
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;

  constructor(
    t: TestContext,
    file: string,
    { args = [], env = {} }: { args?: string[]; env?: NodeJS.ProcessEnv } = {},
  ) {
    const { NODE_TEST_CONTEXT, [PARENT_VARIABLE]: _, ...clean } = process.env;
    const child = spawn(process.execPath, [join(FOLDER, file), ...args], {
      env: { ...clean, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#exit = once(child, 'exit');
    child.stdout?.on('data', (text: Buffer) => {
      this.output += text;
    });
    t.after(() => child.kill('SIGKILL'));
  }

  untilPrinted(text: string): Promise<void> {
    return until(`it says "${text}"`, () => this.output.includes(text), { details: () => this.output });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  killUntilEnded(signal: NodeJS.Signals): Promise<void> {
    return until('it ends', () => !this.#process.kill(signal));
  }

  /** Closes the standard input. */
  hangUp(): void {
    this.#process.stdin?.end();
  }

  /** The exit status, or the signal that killed it. */
  async ended(): Promise<unknown> {
    const [status, signal] = await this.#exit;
    return status ?? signal;
  }
}

for (const [signal, reason] of [
  ['SIGTERM', 'SIGTERM'],
  ['SIGINT', 'Ctrl-C'],
  ['SIGHUP', 'SIGHUP'],
] as const) {
  test(`${signal} stops a process in order, and a second signal exits immediately`, {
    timeout: 60_000,
  }, async (t) => {
    const child = new Child(t, 'stopping-process.ts');
    await child.untilPrinted('ready');
    child.kill(signal);
    await child.untilPrinted(reason);
    await child.killUntilEnded('SIGTERM');
    assert.equal(await child.ended(), 1);
  });
}

test('signals that come together are one request, and the process stops in order', {
  timeout: 60_000,
}, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { args: ['60000'] });
  await child.untilPrinted('ready');
  child.kill('SIGTERM');
  child.kill('SIGINT');
  assert.equal(await child.ended(), 0);
});

test('each SIGHUP makes a process with a reload function reload', {
  timeout: 60_000,
}, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { args: ['60000', 'reloads'] });
  await child.untilPrinted('ready');
  for (const output of ['reload 1', 'reload 2']) {
    child.kill('SIGHUP');
    await child.untilPrinted(output);
  }
  child.kill('SIGTERM');
  await child.untilPrinted('SIGTERM');
});

test('a process of the orchestrator does not stop at SIGHUP', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(process.pid) } });
  await child.untilPrinted('ready');
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  await child.untilPrinted('SIGTERM');
  assert.doesNotMatch(child.output, /SIGHUP/);
});

test('a process stops when its duration is over', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { args: ['20'] });
  assert.equal(await child.ended(), 0);
  assert.match(child.output, /the duration is over/);
});

test('a process of the orchestrator ignores Ctrl-C and stops at SIGTERM', {
  timeout: 60_000,
}, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(process.pid) } });
  await child.untilPrinted('ready');
  child.kill('SIGINT');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  await child.untilPrinted('SIGTERM');
  assert.doesNotMatch(child.output, /Ctrl-C/);
});

test('a process of a run that stops waits for its turn, whatever other signals come', {
  timeout: 60_000,
}, async (t) => {
  const env = { [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: 'run' };
  const child = new Child(t, 'stopping-process.ts', { env });
  await child.untilPrinted('ready');
  child.kill('SIGTERM');
  child.kill(RUN_STOPS_SIGNAL);
  child.kill('SIGTERM');
  child.kill('SIGINT');
  child.kill(STOP_SIGNAL);
  await child.untilPrinted('the run stops');
  assert.doesNotMatch(child.output, /SIGTERM|Ctrl-C/);
});

test('a process of a run that stops does not report the loss of a peer, even if it reads of the stop later', {
  timeout: 60_000,
}, async (t) => {
  const env = { [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: 'run' };
  const child = new Child(t, 'stopping-process.ts', { env, args: ['60000', 'reloads'] });
  await child.untilPrinted('ready');
  child.kill('SIGSTOP');
  child.kill(RUN_STOPS_SIGNAL);
  child.hangUp();
  child.kill('SIGCONT'); // it reads the end of its input and the signal in one iteration of its event loop
  await child.untilPrinted('hung up');
  child.kill(STOP_SIGNAL);
  assert.equal(await child.ended(), 0);
  assert.doesNotMatch(child.output, /lost a peer/);
});

test('a process of a run that goes on reports the loss of a peer', { timeout: 60_000 }, async (t) => {
  const env = { [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: 'run' };
  const child = new Child(t, 'stopping-process.ts', { env });
  await child.untilPrinted('ready');
  child.hangUp();
  await child.untilPrinted('lost a peer');
});

test('a process of a run stops after a SIGTERM that the run did not get', { timeout: 60_000 }, async (t) => {
  const env = { [PARENT_VARIABLE]: String(process.pid), [RUN_ID_VARIABLE]: 'run' };
  const child = new Child(t, 'stopping-process.ts', { env });
  await child.untilPrinted('ready');
  child.kill('SIGTERM');
  await child.untilPrinted('SIGTERM');
});

test('a process stops when its orchestrator is killed', { timeout: 60_000 }, async (t) => {
  const parent = new Child(t, 'parent-process.ts');
  await until('both have spoken', () => /\d+\n/.test(parent.output) && parent.output.includes('ready'));
  const pid = Number(/\d+/.exec(parent.output)?.[0]);
  t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  parent.kill('SIGKILL');
  await parent.untilPrinted('SIGTERM');
});

test('a process stops when its orchestrator died before it started', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(2 ** 22 + 1) } });
  await child.untilPrinted('SIGTERM');
});

test('withTimeout() settles with its promise, or with undefined after the time-out', async () => {
  assert.equal(await withTimeout(Promise.resolve(7), 60_000), 7);
  assert.equal(await withTimeout(new Promise(() => {}), 1), undefined);
  await assert.rejects(withTimeout(Promise.reject(new Error('lost')), 60_000), /lost/);
});

test('a promise that rejects after the time-out is no unhandled rejection', async () => {
  let fail: (error: Error) => void = () => {};
  const late = new Promise((_, reject) => {
    fail = reject;
  });
  assert.equal(await withTimeout(late, 1), undefined);
  fail(new Error('late'));
  await new Promise(setImmediate);
});
