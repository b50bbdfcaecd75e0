// A run that reads its prices from standard input: they trade as they come, and a killed Gateway ends the run in one line.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { runProcess } from '../run-process.ts';
import { openStack } from './stack.ts';

const LIMIT = { timeout: 120_000 };
const ROWS = 500;

test(
  'a run reads standard input as it comes, and ends with status 2 when its Gateway is killed',
  LIMIT,
  async (t) => {
    const stack = await openStack(t);
    const pipe = path.join(stack.folder, 'prices');
    execFileSync('mkfifo', ['-m', '600', pipe]);
    const writer = fs.openSync(pipe, fs.constants.O_RDWR);
    t.after(() => fs.closeSync(writer));
    const send = (from: number) =>
      fs.writeSync(
        writer,
        Array.from({ length: ROWS }, (_, i) => `${1_700_000_000 + from + i},A,${100 + (i % 9)}\n`).join(''),
      );
    fs.writeSync(writer, 'time,symbol,price\n');
    send(0);
    const run = stack.startUnder(
      ['sh', '-c', `exec "$0" "$@" < ${pipe}`],
      'run',
      '--data',
      '-',
      '--rate',
      'max',
    );
    const applied = (count: number) => () => stack.counter('orderbook.ticksApplied') === count;
    await stack.until('the first rows are in the book', applied(ROWS));
    send(ROWS);
    await stack.until('so are the rows that came later', applied(2 * ROWS));
    process.kill(stack.counter('gateway.pid'), 'SIGKILL');
    await stack.untilExited(run);
    assert.equal(run.exit?.status, 2);
    assert.match(run.stderr, /has read from this pipe, and what it read cannot be read again/);
  },
);

test('data and backtest read standard input, or say why not', LIMIT, async () => {
  const words = (...of: string[]) => [...NODE_FLAGS, path.join(PROJECT_ROOT, 'src', 'main.ts'), ...of];
  const piped = (what: string) => [
    '-c',
    `printf 'time,symbol,price\\n1,A,5\\n2,A,6\\n' | "$0" "$@" ${what}`,
    process.execPath,
  ];
  const data = await runProcess('sh', [...piped('-'), ...words('data')]);
  assert.deepEqual([data.status, data.stderr], [0, '']);
  assert.match(data.stdout, /2 rows, 2 ticks, 0 skipped/);
  const backtest = await runProcess('sh', [...piped('--data -'), ...words('backtest')]);
  assert.equal(backtest.status, 2);
  assert.match(backtest.stderr, /this is a pipe; save it to a file first\n$/);
});
