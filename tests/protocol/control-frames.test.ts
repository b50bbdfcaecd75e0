import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  atFrame,
  batchFrame,
  type ControlFrame,
  endFrame,
  heartbeatFrame,
  parseControl,
  parseResume,
  resumeFrame,
  sessionFrame,
  snapshotFrame,
} from '../../src/protocol/control-frames.ts';
import fc from '../property.ts';

const whole = fc.maxSafeNat();
/** Of a machine that has been up for up to 30 years. */
const timeNs = fc.double({ min: 0, max: 1e18, noNaN: true }).map(Math.round);

const control: fc.Arbitrary<[ControlFrame, string]> = fc.oneof(
  fc
    .tuple(whole, whole)
    .map(([runId, next]): [ControlFrame, string] => [
      { type: 'session', runId, next },
      sessionFrame(runId, next),
    ]),
  whole.map((count): [ControlFrame, string] => [{ type: 'snapshot', count }, snapshotFrame(count)]),
  fc
    .tuple(whole, timeNs)
    .map(([sequence, time]): [ControlFrame, string] => [
      { type: 'batch', sequence, timeNs: time },
      batchFrame(sequence, time),
    ]),
  fc
    .tuple(whole, timeNs)
    .map(([sequence, time]): [ControlFrame, string] => [
      { type: 'heartbeat', sequence, timeNs: time },
      heartbeatFrame(sequence, time),
    ]),
  whole.map((sequence): [ControlFrame, string] => [{ type: 'at', sequence }, atFrame(sequence)]),
  fc.constant<[ControlFrame, string]>([{ type: 'end' }, endFrame()]),
);

function withoutDelimiter(frame: string): string {
  assert.equal(frame.indexOf('*'), frame.length - 1);
  return frame.slice(0, -1);
}

test('every control frame parses to what was encoded', () => {
  fc.assert(
    fc.property(control, ([frame, text]) => {
      assert.deepEqual(parseControl(withoutDelimiter(text)), frame);
    }),
  );
});

test('RESUME parses to what was encoded', () => {
  fc.assert(
    fc.property(whole, whole, (runId, next) => {
      assert.deepEqual(parseResume(withoutDelimiter(resumeFrame({ runId, next }))), { runId, next });
    }),
  );
});

test('RESUME can be typed by hand: a line end before it is allowed', () => {
  assert.deepEqual(parseResume('\nRESUME,0,0'), { runId: 0, next: 0 });
});

test('a batch parses after a year of uptime, when its time exceeds 2^53', () => {
  assert.deepEqual(parseControl('#BATCH,7,31536000123456788'), {
    type: 'batch',
    sequence: 7,
    timeNs: 31536000123456788,
  });
});

test('a number that a double cannot represent exactly is rejected', () => {
  assert.equal(parseControl(`#AT,${2 ** 53}`), undefined);
  assert.equal(parseControl(`#BATCH,${2 ** 53},1`), undefined);
  assert.equal(parseResume(`RESUME,${2 ** 53},1`), undefined);
  assert.equal(parseResume(`RESUME,1,${2 ** 53}`), undefined);
});

const WRONG = [
  ...['', '#', '#SESSION', '#SESSION,1', '#SESSION,1,2,3', '#SESSION,,', '#SNAPSHOT,-1', '#SNAPSHOT,1.5'],
  ...['#SNAPSHOT,1e3', '#BATCH,1', '#BATCH,x,1', '#BATCH,1,', '#HEARTBEAT,0x1,1', '#AT', '#AT, 1'],
  ...[
    '#END,1',
    '#end',
    'END',
    '#BATCH,1,99999999999999999999',
    'AAPL,172.53',
    '#constructor',
    '#__proto__,1',
  ],
];

for (const text of WRONG) {
  test(`"${text}" is not a control frame`, () => assert.equal(parseControl(text), undefined));
}

for (const text of ['', 'RESUME', 'RESUME,1', 'RESUME,1,2,3', 'RESUME,-1,0', 'resume,0,0', 'RESUME,a,b']) {
  test(`"${text}" is not a RESUME`, () => assert.equal(parseResume(text), undefined));
}

test('parsing random text never throws', () => {
  const junk = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('#SESSION', '#BATCH', '#AT', '#END'), fc.string())
      .map((parts) => parts.join(',')),
  );
  fc.assert(
    fc.property(junk, (text) => {
      const frame = parseControl(text);
      for (const value of Object.values(frame ?? {})) {
        assert.ok(typeof value === 'string' || (Number.isInteger(value) && value >= 0));
      }
      const resume = parseResume(text);
      assert.ok(resume === undefined || Number.isSafeInteger(resume.runId + resume.next));
    }),
  );
});
