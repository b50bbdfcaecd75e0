import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeClientMessage } from '../../src/protocol/order-codec.ts';
import { ClOrdIds } from '../../src/strategy/cl-ord-ids.ts';

test('ids are the incarnation and a number that counts up', () => {
  const ids = new ClOrdIds('run');
  assert.deepEqual([ids.next(), ids.next()], ['run-1', 'run-2']);
});

test('a generated id is valid on the wire', () => {
  const clOrdId = new ClOrdIds().next();
  const message = decodeClientMessage(
    JSON.stringify({ symbol: 'A', side: 'BUY', quantity: 1, price: 1, clOrdId }),
  );
  assert.ok(message.type === 'order' && message.clOrdId === clOrdId);
});

test('two processes never generate the same id', () => {
  const module = join(import.meta.dirname, '../../src/strategy/cl-ord-ids.ts');
  const script = `import { ClOrdIds } from ${JSON.stringify(module)}; console.log(new ClOrdIds().next());`;
  const run = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).stdout;
  const ids = [run(), run(), new ClOrdIds().next()];
  assert.equal(new Set(ids).size, 3);
});
