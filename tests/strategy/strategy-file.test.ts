import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { NoStrategyError } from '../../src/domain/strategies/strategy-errors.ts';
import { FileRefusedError } from '../../src/platform/file-trust.ts';
import { parametersHelp } from '../../src/strategy/parameters-help.ts';
import { StrategyFileError, StrategyParameterError } from '../../src/strategy/strategy-errors.ts';
import { loadStrategy } from '../../src/strategy/strategy-file.ts';
import { contextWith } from '../domain/strategies/context.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

function fileWith(t: TestContext, text: string, name = 'strategy.mjs'): string {
  const file = join(temporaryFolder(t), name);
  writeFileSync(file, text);
  return file;
}

const DECLARES = `export const parameters = {
  short: { kind: 'integer', default: 3, min: 1, max: 9, about: 'ticks of mine' } };
export default ({ short }, context) => ({ onTick: () => short + context.position(0) });`;

test('without a file the strategy is the crossover, whose windows are checked when its parameters are', async () => {
  const crossover = await loadStrategy(undefined);
  const strategy = crossover.withParameters({ short: 1, long: '2' })(contextWith());
  strategy.onTick(0, 1, 90);
  assert.equal(strategy.onTick(0, 2, 90), 10);
  assert.throws(() => crossover.withParameters({ short: 20 }), StrategyParameterError);
  assert.throws(() => crossover.withParameters({ bearish: 61 }), StrategyParameterError);
});

test('a file declares its parameters, gets their values and the context, and no check of the crossover', async (t) => {
  const loaded = await loadStrategy(fileWith(t, DECLARES));
  assert.equal(
    loaded
      .withParameters({})(contextWith([10]))
      .onTick(0, 1, 50),
    13,
  );
  assert.equal(loaded.withParameters({ short: '9' })(contextWith()).onTick(0, 1, 50), 9);
  for (const given of [{ short: '10' }, { long: 1 }])
    assert.throws(() => loaded.withParameters(given), StrategyParameterError);
});

test('--help with a strategy file lists its parameters, and without one nothing', async (t) => {
  const file = fileWith(t, DECLARES);
  const text = await parametersHelp(['run', '--strategy', file, '--help']);
  assert.match(text ?? '', / {2}short {2}ticks of mine \(a whole number from 1 to 9; default: 3\)/);
  assert.equal(await parametersHelp(['run', `--strategy=${file}`, '-h']), text?.replaceAll('\n\n', '\n'));
  assert.equal(await parametersHelp(['run', '--strategy', file]), undefined);
  assert.equal(await parametersHelp(['run', '--help']), undefined);
});

const REFUSED: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  ['syntax.mjs', 'const a = 1;\nexport default {', /at .*syntax\.mjs:2:17/],
  [
    'syntax.ts',
    'export default function make() {\n  return { onTick( { return 1 } };\n}',
    /at .*syntax\.ts:2:29/,
  ],
  ['enum.ts', '\nenum Side { BUY = 1 }', /enum is not supported .* at .*enum\.ts:2:1; Node runs/],
  ['throws.mjs', '\nthrow new Error("no");', /it threw Error: no at .*throws\.mjs:2:7/],
  ['undefined.mjs', 'missing();', /ReferenceError: missing is not defined at .*undefined\.mjs:1:1/],
  ['import.mjs', 'import "./nowhere.mjs";', /Cannot find module .*nowhere\.mjs/],
  [
    'package.mjs',
    'import "no-such-package";',
    /Cannot find package .*; install it: npm install no-such-package$/,
  ],
  [
    'object.mjs',
    'export default { onTick() {} };',
    /its default export is an object; write export default \(\) =>/,
  ],
  [
    'class.mjs',
    'export default class Mine { onTick() {} }',
    /is a class; write export default \(\) => new Mine\(\)/,
  ],
  [
    'named.mjs',
    'export const create = () => ({});',
    /no default export, but exports create; write export default/,
  ],
  ['empty.mjs', '', /no default export; write export default function/],
  ['commonjs.cjs', 'exports.create = 1;', /its default export is an object/],
  [
    'mine.py',
    'def on_tick(): return 1',
    /it is Python; expected TypeScript or JavaScript .* docs\/protocol\.md/,
  ],
  ['mine.txt', '', /its name ends in "\.txt"; expected/],
  ['list.mjs', 'export const parameters = []; export default () => 1', /its export parameters is not valid/],
];

const indicatorsOf = (list: string) => `export const indicators = ${list}; export default () => 1`;
const INDICATORS_REFUSED: readonly (readonly [list: string, says: RegExp])[] = [
  ['{}', /its export indicators is not valid: expected an array, found an object/],
  ["['average']", /entry 0 is 'average'; expected \{ name: 'average', scale: 'price' \}/],
  ["[{ name: '', scale: 'own' }]", /the name of entry 0 is ''; expected 1 to 32 bytes of text/],
  ["[{ name: 'ü'.repeat(17), scale: 'own' }]", /the name of entry 0 is 'ü+'; expected 1 to 32 bytes of text/],
  ["[{ name: 'RSI' }]", /the scale of 'RSI' is nothing \(undefined\); expected .* or the scale 'own'/],
  [
    "[{ name: 'RSI', scale: 'own' }, { name: 'RSI', scale: 'own' }]",
    /the name 'RSI' occurs twice; expected different names/,
  ],
  [
    "Array.from({ length: 9 }, (_, i) => ({ name: 'n' + i, scale: 'own' }))",
    /it has 9 entries; expected at most 8/,
  ],
];

for (const [list, says] of INDICATORS_REFUSED) {
  test(`indicators ${list} are refused with what was expected`, async (t) => {
    const file = fileWith(t, indicatorsOf(list));
    await assert.rejects(
      loadStrategy(file),
      (error) => error instanceof StrategyFileError && says.test(error.message),
    );
  });
}

test('a file that declares indicators needs the hook that publishes them', async (t) => {
  const text = "export const indicators = [{ name: 'RSI', scale: 'own' }]; export default () => (";
  const without = await loadStrategy(fileWith(t, `${text}{ onTick: () => 1 })`, 'without.mjs'));
  assert.throws(() => without.withParameters({})(contextWith()), NoStrategyError);
  const complete = await loadStrategy(fileWith(t, `${text}{ onTick: () => 1, publish() {} })`, 'with.mjs'));
  assert.deepEqual(complete.indicators, [{ name: 'RSI', scale: 'own' }]);
  assert.equal(complete.withParameters({})(contextWith()).publish?.(0, new Float64Array(8)), undefined);
});

for (const [name, text, says] of REFUSED) {
  test(`${name} is refused in one line with what to write`, async (t) => {
    const file = fileWith(t, text, name);
    await assert.rejects(
      loadStrategy(file),
      (error) =>
        error instanceof StrategyFileError &&
        error.message.startsWith(`--strategy ${file} is not a strategy: `) &&
        says.test(error.message) &&
        !error.message.includes('\n'),
    );
  });
}

test('a path without a file, and a folder, are refused', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(loadStrategy(join(folder, 'missing.mjs')), /there is no such file/);
  await assert.rejects(loadStrategy(folder), FileRefusedError);
});

test('a file that never finishes loading is refused', async (t) => {
  const file = fileWith(t, 'await new Promise(() => {});');
  await assert.rejects(loadStrategy(file), /is not loaded after 10 s/);
});
