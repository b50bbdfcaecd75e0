import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchFrame } from '../../src/protocol/batch-frame.ts';
import { batchFrame, parseControl } from '../../src/protocol/control-frames.ts';
import fc from '../property.ts';

const NONE = -1;
const exact = fc.maxSafeNat();
const part = fc.oneof(exact.map(String), fc.stringMatching(/^[0-9 .,*#-]{0,20}$/));

test('any batch frame is read as what was written', () => {
  const frame = new BatchFrame();
  fc.assert(
    fc.property(exact, exact, fc.nat(9), (sequence, timeNs, at) => {
      const text = batchFrame(sequence, timeNs);
      const bytes = Buffer.from(`${'9'.repeat(at)}${text}1`);
      assert.equal(frame.read(bytes, at), at + text.length);
      assert.deepEqual([frame.sequence, frame.timeNs], [sequence, timeNs]);
    }),
  );
});

test('what is read is what the parser of control frames finds', () => {
  const frame = new BatchFrame();
  fc.assert(
    fc.property(part, part, (sequence, timeNs) => {
      const text = `#BATCH,${sequence},${timeNs}`;
      const end = frame.read(Buffer.from(`${text}*`), 0);
      if (end === NONE) return;
      const parsed = parseControl(text.slice(0, end - 1));
      assert.deepEqual(parsed, { type: 'batch', sequence: frame.sequence, timeNs: frame.timeNs });
    }),
  );
});

for (const text of [
  ...['#BATCH,1,9007199254740992*', '#BATCH,1,00000000000000001*', '#BATCH,9007199254740992,1*'],
  ...[
    '#BATCH,1*',
    '#BATCH,,1*',
    '#BATCH,1,*',
    '#BATCH,1,2,3*',
    '#BATCH,1,2',
    '#BATCH,-1,2*',
    '#BATCHES,1,2*',
  ],
  ...['#HEARTBEAT,1,2*', '#', ''],
])
  test(`"${text}" is left to the parser of control frames`, () =>
    assert.equal(new BatchFrame().read(Buffer.from(text), 0), NONE));
