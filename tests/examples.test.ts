// The examples, run as their READMEs say, against a live stack.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import createMeanReversion from '../examples/strategies/mean-reversion.ts';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import type { Stack } from '../tools/testing/stack.ts';
import { contextWith } from './domain/strategies/context.ts';
import { guardedStack, tokenFile } from './end-to-end/guarded-stack.ts';
import { openStack, untilConnected } from './end-to-end/stack.ts';
import { runProcess } from './run-process.ts';

const LIMIT = { timeout: 60_000 };
const GATEWAY = ['--source', 'random', '--symbols', 'AAPL,MSFT', '--rate', '500'];
const STRATEGY = join(PROJECT_ROOT, 'examples', 'strategies', 'mean-reversion.ts');

function client(name: string, kind: 'ts' | 'py' = 'ts'): string {
  return join(PROJECT_ROOT, 'examples', 'clients', `${name}.${kind}`);
}

async function runningStack(t: TestContext): Promise<Stack> {
  const stack = await openStack(t);
  stack.start('run', ...GATEWAY, '--strategy', STRATEGY, '--strategy-name', 'mean-reversion');
  await untilConnected(stack);
  await stack.until('ticks are sent', () => stack.counter('gateway.ticksSent') > 0);
  return stack;
}

/** Starts the watching client, which runs until it is killed. */
function watch(
  t: TestContext,
  port: number,
  files: NodeJS.ProcessEnv = {},
): { readonly printed: () => string } {
  let printed = '';
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const options = { env: { ...env, ...files } };
  const child: ChildProcess = spawn(process.execPath, [client('watch'), String(port)], options);
  child.stdout?.on('data', (text) => {
    printed += text;
  });
  t.after(() => child.kill('SIGKILL'));
  return { printed: () => printed };
}

test('the price client prints numbered ticks in a row', LIMIT, async (t) => {
  const stack = await runningStack(t);
  const { status, stdout } = await runProcess(process.execPath, [
    client('prices'),
    String(stack.pricePort),
    '20',
  ]);
  assert.equal(status, 0);
  const numbers = [...stdout.matchAll(/^(\d+) (?:AAPL|MSFT) \d+(?:\.\d\d?)?$/gm)].map(([, number]) =>
    Number(number),
  );
  const [first = Number.NaN] = numbers;
  assert.deepEqual(
    numbers,
    Array.from({ length: 20 }, (_, index) => first + index),
  );
  assert.match(stdout, /^latest (AAPL|MSFT) \d/m);
});

test('the order client trades its order once, and the watching client sees the report', LIMIT, async (t) => {
  const stack = await runningStack(t);
  const watcher = watch(t, stack.orderPort);
  let sent = 0;
  await stack.until('the watching client prints a report', async () => {
    const { status, stdout } = await runProcess(process.execPath, [
      client('order'),
      ...['BUY', '10', 'EXAMPLE', '173.20', String(stack.orderPort)],
    ]);
    assert.equal(status, 0, stdout);
    sent++;
    const [, first, second] = stdout.trimEnd().split('\n');
    assert.equal(first, second);
    assert.equal(JSON.parse(first ?? '').position, 10 * sent);
    return watcher.printed().includes(' FILLED BUY 10 EXAMPLE @ 173.2\n');
  });
  const recorded = stack.orders().filter(({ strategy }) => strategy === 'example');
  assert.equal(recorded.length, sent);
});

test(
  'both order clients get through TLS with their tokens, and without them they do not',
  LIMIT,
  async (t) => {
    const guarded = await guardedStack(t);
    if (!guarded) return;
    const { stack, ca, manager } = guarded;
    stack.start('order-manager', ...manager);
    await stack.untilServed(stack.orderPort);
    const filesOf = (name: 'example' | 'watch') => ({
      ORDER_CA: ca,
      ORDER_TOKEN_FILE: tokenFile(stack, name),
    });
    const order = (files: NodeJS.ProcessEnv) =>
      runProcess(
        process.execPath,
        [client('order'), 'BUY', '10', 'AAPL', '173.20', String(stack.orderPort)],
        {
          env: { ...process.env, ...files },
        },
      );
    const watcher = watch(t, stack.orderPort, filesOf('watch'));
    await stack.until('the watching client prints a report', async () => {
      const { stdout } = await order(filesOf('example'));
      assert.match(stdout, /"status":"FILLED"/);
      return watcher.printed().includes(' FILLED BUY 10 AAPL @ 173.2\n');
    });
    const python = await runProcess(
      'python3',
      [client('order', 'py'), 'SELL', '10', 'AAPL', '173.20', String(stack.orderPort)],
      {
        env: { ...process.env, ...filesOf('example') },
      },
    );
    assert.match(python.stdout, /'FILLED'/, python.stderr);
    const { length: recorded } = stack.orders();
    assert.doesNotMatch((await order({})).stdout, /FILLED/);
    const refused = await order(filesOf('watch'));
    assert.match(refused.stderr, /did not prove that it knows the token/);
    assert.equal(refused.status, 1);
    assert.equal(stack.orders().length, recorded);
  },
);

test('the example strategy trades under its own name', LIMIT, async (t) => {
  const stack = await openStack(t);
  const run = stack.start(
    'run',
    ...['--data', join(PROJECT_ROOT, 'data', 'stocks-2000-2010.csv'), '--lossless'],
    ...['--strategy', STRATEGY, '--strategy-name', 'mean-reversion'],
  );
  assert.deepEqual(await stack.untilExited(run), { status: 0, signal: null }, run.stderr);
  const orders = stack.orders();
  assert.ok(orders.some(({ position }) => position === 0));
  for (const { strategy, status, position } of orders) {
    assert.equal(strategy, 'mean-reversion');
    assert.equal(status, 'FILLED');
    assert.ok([-10, 0, 10].includes(position), String(position));
  }
});

test('the example strategy sells above its average, buys below it, and closes the position at it', () => {
  const positions = [0];
  const settings = { window: 19, band: 0.02, quantity: 10 };
  const strategy = createMeanReversion(settings, contextWith(positions));
  assert.equal(strategy.onTick(0, 100, Number.NaN), 0);
  assert.equal(strategy.onTick(0, 103, Number.NaN), -10); // the average is 100
  positions[0] = -10;
  assert.equal(strategy.onTick(0, 102, Number.NaN), 'keep'); // 100.3
  assert.equal(strategy.onTick(0, 100.4, Number.NaN), 0); // 100.47
  positions[0] = 0;
  assert.equal(strategy.onTick(0, 97, Number.NaN), 10); // 100.46
  assert.equal(strategy.onTick(1, 97, Number.NaN), 0); // another symbol
});
