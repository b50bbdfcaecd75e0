import assert from 'node:assert/strict';
import fs from 'node:fs';
import { type TestContext, test } from 'node:test';
import type { LiveProcess } from '../../src/platform/process-registry.ts';
import { makeRunFiles } from '../../src/settings/run-folder.ts';
import {
  NoRecordError,
  recordWords,
  requireRecord,
  StackNotRunningError,
} from '../../src/settings/stacks.ts';
import { temporaryFolder } from '../run-process.ts';

const NOWHERE = '/nowhere/orders.sqlite';
const FOUND = 'no OrderManager of stack default runs';
const OTHER: LiveProcess = { stack: 'other', command: 'run', ports: {}, pid: 1, since: '' };

test('where no stack runs and nothing was recorded, one line says both and what to do', () => {
  assert.throws(() => requireRecord('default', FOUND, NOWHERE, []), {
    name: NoRecordError.name,
    message:
      'no OrderManager of stack default runs, and there is no order record /nowhere/orders.sqlite: ' +
      'start the stack with ./tickline run, or name its record with --orders-db',
  });
  assert.throws(() => requireRecord('b', 'none', NOWHERE, []), /\.\/tickline run --stack b, or/);
});

test('where another stack runs, the line names that one', () => {
  assert.throws(() => requireRecord('default', FOUND, NOWHERE, [OTHER]), StackNotRunningError);
});

test('a record of a stack that does not run is enough', () => {
  requireRecord('default', FOUND, import.meta.filename, []);
});

/** Works in a new folder until the test ends. */
function inNewFolder(t: TestContext): void {
  const before = process.cwd();
  process.chdir(temporaryFolder(t));
  t.after(() => process.chdir(before));
}

test('the record of a run is found by its stack, and one that an option named by that option', (t) => {
  inNewFolder(t);
  for (const [stack, words] of [
    ['b', ' --stack b'],
    ['default', ''],
  ] as const) {
    const { ordersDb } = makeRunFiles({ stack, strategyName: 's' });
    fs.writeFileSync(ordersDb, '');
    assert.equal(recordWords({ stack, ordersDb }), words);
    assert.equal(recordWords({ stack, ordersDb: NOWHERE }), ` --orders-db ${NOWHERE}`);
  }
});
