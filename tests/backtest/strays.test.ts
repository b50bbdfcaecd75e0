// What a strategy does outside of its hooks ends a backtest with one line.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { runProcess } from '../run-process.ts';

/** Backtests a strategy with this text in its onTick. */
function backtestWith(t: TestContext, hook: string) {
  const folder = temporaryFolder(t);
  const [data, strategy, report] = ['prices.csv', 'mine.mjs', 'r.html'].map((name) => join(folder, name));
  writeFileSync(data, 'timestamp,symbol,price\n1995-01-31,A,10\n1995-02-01,A,11\n');
  writeFileSync(strategy, `export default () => ({ onTick() { ${hook}; return 0; } });\n`);
  const words = ['backtest', '--no-config', '--data', data, '--strategy', strategy, '--report', report];
  return runProcess(process.execPath, [...NODE_FLAGS, join(PROJECT_ROOT, 'src', 'main.ts'), ...words]);
}

for (const [what, hook, line] of [
  [
    'leaves a rejected promise unhandled',
    "Promise.reject(new Error('late'))",
    /^tickline backtest: strategy \S+ stopped: a promise was rejected.* late at \S+:1:\d+\n$/,
  ],
  [
    'ends its process',
    'process.exit(0)',
    /^tickline backtest: --strategy \S+ ended its process \(process.exit\(0\)\) at [^\n]+\n$/,
  ],
] as const)
  test(`a backtest of a strategy that ${what} ends with one line and status 2`, async (t) => {
    const { status, stdout, stderr } = await backtestWith(t, hook);
    assert.match(stderr, line);
    assert.deepEqual([status, stdout], [2, '']);
  });
