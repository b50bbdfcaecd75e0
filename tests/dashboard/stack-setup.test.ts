// What the page says about the stack, by processes whose command lines are those of Tickline.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { nowNs } from '@tickline/posix';
import { StackSetup } from '../../src/dashboard/stack-setup.ts';
import type { CounterName } from '../../src/monitoring/counter-table.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { settingsFor } from '../../src/settings/settings.ts';

const STACK = 'stack-setup';

/** A process that looks like one of Tickline. */
async function start(t: TestContext, command: string, ...words: string[]): Promise<ChildProcess> {
  const child = spawn('sh', ['-c', 'echo; read _', command, '--no-config', ...words]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data'); // before, its command line is that of this process
  return child;
}

function setup(): StackSetup {
  return new StackSetup(settingsFor('dashboard', { stack: STACK, config: false }));
}

interface Processes {
  readonly gateway?: ChildProcess;
  readonly strategies?: Readonly<Record<string, ChildProcess>>;
}

/** A book of which only the counters are read. */
function book(inode: number, { gateway, strategies = {} }: Processes): StackBook {
  const counter = (name: CounterName) => (name === 'gateway.pid' ? (gateway?.pid ?? 0) : 0);
  const counted = (pid = 0) => ({ 'strategy.pid': pid, 'strategy.heartbeatNs': nowNs() });
  const countsOf = () =>
    Object.entries(strategies).map(([name, { pid }]) => {
      const counts: Partial<Record<CounterName, number>> = counted(pid);
      return { name, counter: (of: CounterName) => counts[of] ?? 0 };
    });
  return { inode, counter, countsOf } as unknown as StackBook;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const texts = (described: ReturnType<StackSetup['describe']>) =>
  described.strategies.map(({ name, file, parameters }) => `${name} ${file} ${parameters}`);

test('what a process was started with is kept when it has exited, and not for the next book', async (t) => {
  const gateway = await start(t, 'gateway', '--stack', STACK, '--data', '/a/prices.csv', '--loop');
  const one = await start(t, 'strategy', '--stack', STACK, '--short', '3', '--strategy-name', 'one');
  const described = setup();
  const processes = { gateway, strategies: { one } };
  const first = described.describe(book(1, processes));
  assert.equal(first.data, 'replay prices.csv, looped');
  assert.deepEqual(texts(first), ['one null short 3, long 20, bullish 60, bearish 40, quantity 10']);
  await Promise.all([kill(gateway), kill(one)]);
  assert.deepEqual(described.describe(book(1, processes)), first);
  assert.equal(described.describe(book(2, {})).data, null);
});

test('each strategy has its file and its parameters, also one that cannot be read', async (t) => {
  const one = await start(t, 'strategy', '--stack', STACK, '--quantity', '7');
  const other = await start(
    t,
    'strategy',
    '--stack',
    STACK,
    '--strategy',
    '/s/other.ts',
    '--param',
    'depth=3',
  );
  const unreadable = await start(t, 'strategy', '--stack', 'another-stack');
  const described = setup().describe(book(1, { strategies: { one, other, unreadable } }));
  assert.deepEqual(texts(described), [
    'one null short 5, long 20, bullish 60, bearish 40, quantity 7',
    'other /s/other.ts depth 3',
    'unreadable null ',
  ]);
  assert.equal(described.strategiesSeen, true);
});

test('before a strategy is seen, the options of the dashboard say which one it is, and this is said', () => {
  const described = setup().describe();
  assert.deepEqual(texts(described), [
    'crossover null short 5, long 20, bullish 60, bearish 40, quantity 10',
  ]);
  assert.equal(described.strategiesSeen, false);
});
