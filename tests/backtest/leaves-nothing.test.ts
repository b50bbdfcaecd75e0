import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { makeBacktest } from '../../src/backtest/backtest.ts';
import { settingsFor } from '../../src/settings/settings.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const EVENTS = ['unhandledRejection', 'uncaughtException', 'exit'];
const ENDED = -1;

test('a backtest of a strategy file leaves no listener and no thread, whether it ends well or not', async (t) => {
  const threads: Worker[] = [];
  const onWorker = (thread: Worker) => threads.push(thread);
  process.on('worker', onWorker);
  t.after(() => process.off('worker', onWorker));
  const folder = temporaryFolder(t);
  const data = join(folder, 'prices.csv');
  writeFileSync(data, 'timestamp,symbol,price\n1995-01-31,A,10\n');
  const listeners = () => EVENTS.map((event) => process.listeners(event));
  const before = listeners();
  for (const [name, answer] of Object.entries({ good: '0', bad: "'BUY'" })) {
    const strategy = join(folder, `${name}.mjs`);
    writeFileSync(strategy, `export default () => ({ onTick: () => ${answer} });`);
    await makeBacktest(settingsFor('backtest', { config: false, data, strategy })).catch(() => {});
    assert.deepEqual(listeners(), before, name);
  }
  assert.deepEqual(
    threads.map(({ threadId }) => threadId),
    [ENDED, ENDED],
  );
});
