import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { settingsOfProcess } from '../../src/settings/process-settings.ts';
import { until } from '../../tools/testing/poll.ts';

/** A process with this command line, which does nothing, in a folder of its own. */
async function started(
  t: TestContext,
  words: readonly string[],
  config?: object,
): Promise<[ChildProcess, string]> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(tmpdir(), 'tickline-settings-')));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  if (config) fs.writeFileSync(path.join(folder, 'tickline.config.json'), JSON.stringify(config));
  const script = 'setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', script, '--', 'main.ts', ...words], { cwd: folder });
  t.after(() => child.kill('SIGKILL'));
  await until('it has its command line', () =>
    fs.readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').includes(words.join('\0')),
  );
  return [child, folder];
}

test('a process uses its command line over the configuration file of its folder', async (t) => {
  const words = ['strategy', '--strategy-name', 'mine', '--strategy', 'mine.ts'];
  const [child, folder] = await started(t, words, {
    strategyName: 'other',
    long: 4,
    staleAfter: '3s',
    ordersDb: 'x.sqlite',
  });
  const found = settingsOfProcess(child.pid ?? 0, 'strategy');
  assert.deepEqual([found?.settings.strategyName, found?.settings.staleAfter], ['mine', 3_000]);
  assert.equal(found?.settings.strategy, path.join(folder, 'mine.ts'));
  assert.equal(found?.folder, folder);
});

test('--no-config leaves the file out, as in a run', async (t) => {
  const words = ['order-manager', '--no-config', '--orders-db', 'r/o.sqlite'];
  const [child, folder] = await started(t, words, { ordersDb: 'other' });
  const found = settingsOfProcess(child.pid ?? 0, 'order-manager');
  assert.equal(found?.settings.ordersDb, path.join(folder, 'r/o.sqlite'));
});

test('a process that runs something else, or none, has no settings', async (t) => {
  const [child] = await started(t, ['gateway', '--no-such-option']);
  assert.equal(settingsOfProcess(child.pid ?? 0, 'strategy'), undefined);
  assert.equal(settingsOfProcess(child.pid ?? 0, 'gateway'), undefined);
  assert.equal(settingsOfProcess(0, 'gateway'), undefined);
  assert.equal(settingsOfProcess(2 ** 30, 'gateway'), undefined);
});
