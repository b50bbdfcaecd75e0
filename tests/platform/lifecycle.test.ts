import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isAlive } from '@tickline/posix';
import { PARENT_VARIABLE, withTimeout } from '../../src/platform/lifecycle.ts';
import { until } from '../../tools/testing/poll.ts';

const FOLDER = import.meta.dirname;

/** A started process, and what it has said. */
class Child {
  said = '';
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
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    this.#exit = once(child, 'exit');
    child.stdout?.on('data', (text: Buffer) => {
      this.said += text;
    });
    t.after(() => child.kill('SIGKILL'));
  }

  untilSaid(text: string): Promise<void> {
    return until(`it says "${text}"`, () => this.said.includes(text), { details: () => this.said });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** The exit status, or the signal that ended it. */
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
  test(`${signal} asks to stop, and a second signal ends the process at once`, {
    timeout: 60_000,
  }, async (t) => {
    const child = new Child(t, 'stopping-process.ts');
    await child.untilSaid('ready');
    child.kill(signal);
    await child.untilSaid(reason);
    child.kill('SIGTERM');
    assert.equal(await child.ended(), 1);
  });
}

test('SIGHUP makes a process that has something to read again do so, each time, and it goes on', {
  timeout: 60_000,
}, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { args: ['60000', 'reloads'] });
  await child.untilSaid('ready');
  for (const said of ['reload 1', 'reload 2']) {
    child.kill('SIGHUP');
    await child.untilSaid(said);
  }
  child.kill('SIGTERM');
  await child.untilSaid('SIGTERM');
});

test('a process of the orchestrator leaves SIGHUP to it, too', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(process.pid) } });
  await child.untilSaid('ready');
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  await child.untilSaid('SIGTERM');
  assert.doesNotMatch(child.said, /SIGHUP/);
});

test('a process stops by itself when its duration is over', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { args: ['20'] });
  assert.equal(await child.ended(), 0);
  assert.match(child.said, /the duration is over/);
});

test('a process of the orchestrator leaves Ctrl-C to it, and stops at its word', {
  timeout: 60_000,
}, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(process.pid) } });
  await child.untilSaid('ready');
  child.kill('SIGINT');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  await child.untilSaid('SIGTERM');
  assert.doesNotMatch(child.said, /Ctrl-C/);
});

test('a process whose orchestrator is killed is asked to stop', { timeout: 60_000 }, async (t) => {
  const parent = new Child(t, 'parent-process.ts');
  await until('both have spoken', () => /\d+\n/.test(parent.said) && parent.said.includes('ready'));
  const pid = Number(/\d+/.exec(parent.said)?.[0]);
  t.after(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  parent.kill('SIGKILL');
  await parent.untilSaid('SIGTERM');
});

test('a process whose orchestrator had died before is asked to stop', { timeout: 60_000 }, async (t) => {
  const child = new Child(t, 'stopping-process.ts', { env: { [PARENT_VARIABLE]: String(2 ** 22 + 1) } });
  await child.untilSaid('SIGTERM');
});

test('withTimeout() settles with the promise, and resolves with undefined when it is late', async () => {
  assert.equal(await withTimeout(Promise.resolve(7), 60_000), 7);
  assert.equal(await withTimeout(new Promise(() => {}), 1), undefined);
  await assert.rejects(withTimeout(Promise.reject(new Error('lost')), 60_000), /lost/);
});

test('what fails after the time is no unhandled rejection', async () => {
  let fail: (error: Error) => void = () => {};
  const late = new Promise((_, reject) => {
    fail = reject;
  });
  assert.equal(await withTimeout(late, 1), undefined);
  fail(new Error('late'));
  await new Promise(setImmediate);
});
