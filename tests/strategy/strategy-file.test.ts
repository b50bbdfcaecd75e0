import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Signal } from '../../src/domain/strategies/signals.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { loadStrategy, StrategyFileError, StrategySettingsError } from '../../src/strategy/strategy-file.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

const SETTINGS = { short: 1, long: 2, bullish: 60, bearish: 40, quantity: 10 };

function fileWith(t: TestContext, text: string): string {
  const file = join(temporaryFolder(t), 'strategy.mjs');
  writeFileSync(file, text);
  return file;
}

test('without a file the strategy is the crossover', async () => {
  const strategy = (await loadStrategy(undefined))(SETTINGS);
  strategy.onTick(0, 1, 90);
  assert.equal(strategy.onTick(0, 2, 90), Signal.BUY);
});

test('a file gets the settings and creates the strategy', async (t) => {
  const file = fileWith(
    t,
    'export default ({ quantity }) => ({ onTick: () => (quantity === 10 ? -1 : 0) });',
  );
  assert.equal((await loadStrategy(file))(SETTINGS).onTick(0, 1, 50), Signal.SELL);
});

test('a file that is missing, cannot be parsed, throws, or exports no function is refused', async (t) => {
  const files = [
    join(temporaryFolder(t), 'missing.mjs'),
    fileWith(t, 'export default {'),
    fileWith(t, 'throw new Error("no");'),
    fileWith(t, 'export default { onTick() {} };'),
    fileWith(t, 'export const create = () => ({});'),
  ];
  for (const file of files) await assert.rejects(loadStrategy(file), StrategyFileError);
});

test('a file that never finishes loading is refused', async (t) => {
  const file = fileWith(t, 'await new Promise(() => {});');
  await assert.rejects(loadStrategy(file), /is not loaded after 10 s/);
});

test('invalid windows are a usage error, for the crossover and for a strategy from a file', async (t) => {
  const module = join(PROJECT_ROOT, 'src/domain/strategies/moving-averages.ts');
  const file = fileWith(
    t,
    `import { MovingAverages } from ${JSON.stringify(module)};\nexport default () => new MovingAverages(5, 5);`,
  );
  for (const create of [await loadStrategy(undefined), await loadStrategy(file)])
    assert.throws(
      () => create({ ...SETTINGS, short: 2 }),
      (error) =>
        error instanceof StrategySettingsError && /short is [25] and long is [25]/.test(error.message),
    );
});

test('any other error that a strategy throws when it is created is passed on unchanged', async (t) => {
  const create = await loadStrategy(fileWith(t, 'export default () => { throw new RangeError("mine"); };'));
  assert.throws(() => create(SETTINGS), { name: 'RangeError', message: 'mine' });
});
