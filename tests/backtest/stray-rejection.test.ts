import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { runProcess } from '../run-process.ts';

test('a backtest of a strategy that leaves a rejected promise unhandled ends with one line and status 2', async (t) => {
  const folder = temporaryFolder(t);
  const [data, strategy, report] = ['prices.csv', 'mine.mjs', 'r.html'].map((name) => join(folder, name));
  writeFileSync(data, 'timestamp,symbol,price\n1995-01-31,A,10\n1995-02-01,A,11\n');
  writeFileSync(
    strategy,
    "export default () => ({ onTick() { Promise.reject(new Error('late')); return 0; } });\n",
  );
  const words = ['backtest', '--no-config', '--data', data, '--strategy', strategy, '--report', report];
  const { status, stdout, stderr } = await runProcess(process.execPath, [
    ...NODE_FLAGS,
    join(PROJECT_ROOT, 'src', 'main.ts'),
    ...words,
  ]);
  assert.match(
    stderr,
    /^tickline backtest: strategy \S+ stopped: a promise was rejected.* late at \S+:1:\d+\n$/,
  );
  assert.deepEqual([status, stdout], [2, '']);
});
