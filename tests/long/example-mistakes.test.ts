// What a beginner gets from the example programs: one line for a mistake, and never a stack trace.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess } from '../run-process.ts';

const STACK_TRACE = /Traceback|^\s+at |node:internal/m;
const ORDER = ['BUY', '10', 'AAPL', '173.20'];
/** Programs with the words before a port. */
const PROGRAMS: readonly (readonly [string, ...string[]])[] = [
  ['clients/prices.ts'],
  ['clients/watch.ts'],
  ['clients/order.ts', ...ORDER],
  ['clients/order.py', ...ORDER],
  ['plain/gateway.py', '--price-port'],
  ['plain/orderbook.py', '--price-port'],
  ['plain/strategy.py', '--order-port'],
  ['plain/order_manager.py', '--order-port'],
  ['python/mean_reversion.py', '--order-port'],
];

function commandOf(program: string): string[] {
  const runtime = program.endsWith('.py') ? 'python3' : process.execPath;
  return [runtime, path.join(PROJECT_ROOT, 'examples', program)];
}

function run(program: string, ...words: string[]) {
  const [file = '', ...rest] = commandOf(program);
  return runProcess(file, [...rest, ...words]);
}

/** A server that answers every connection with these bytes, and keeps it open. */
async function serve(t: TestContext, answer: string): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return String((server.address() as AddressInfo).port);
}

for (const [program, ...words] of PROGRAMS)
  test(`examples/${program} says which ports there are`, async () => {
    for (const port of ['abc', '70000']) {
      const { status, stderr } = await run(program, ...words, port);
      assert.match(stderr, /expected a port between 1 and 65535 instead of/);
      assert.doesNotMatch(stderr, STACK_TRACE);
      assert.notEqual(status, 0);
    }
  });

test('the example clients answer every other mistake in one line', async (t) => {
  const isBusy = await serve(t, 'HTTP/1.1 400 Bad Request\r\n\r\n*');
  const mistakes: readonly (readonly [string, ...string[]])[] = [
    ['clients/prices.ts', '1', 'x'],
    ['clients/order.ts', 'BUY', 'x', 'AAPL', '1'],
    ['clients/order.ts', ...ORDER, '1'],
    ['clients/order.ts', ...ORDER, isBusy],
    ['clients/order.py', 'BUY', 'x', 'AAPL', '1'],
    ['clients/order.py', ...ORDER, '1'],
    ['clients/order.py', ...ORDER, isBusy],
    ['python/mean_reversion.py', '--order-port', isBusy],
    ['python/read_book.py', '--watch', 'nan'],
    ['plain/gateway.py', '--interval', '-1'],
    ['plain/strategy.py', '--long', '0'],
  ];
  for (const [program, ...words] of mistakes) {
    const { status, stderr } = await run(program, ...words);
    assert.notEqual(status, 0, program);
    assert.doesNotMatch(stderr, STACK_TRACE);
    assert.match(stderr.trimEnd(), program.startsWith('clients') ? /^[^\n]+$/ : /error|expected|Expecting/);
  }
});

test('the price client ends in silence when its reader has left', async (t) => {
  const ticks = Array.from({ length: 20_000 }, () => 'AAPL,173.20*').join('');
  const port = await serve(t, `#SESSION,7,1*${ticks}`);
  const command = [...commandOf('clients/prices.ts'), port].join(' ');
  const { status, stdout, stderr } = await runProcess('bash', [
    '-c',
    `${command} | head -1; exit $\{PIPESTATUS[0]}`,
  ]);
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '1 AAPL 173.2\n', stderr: '' });
});
