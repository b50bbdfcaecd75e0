import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Batch, framesFrom, ReplayWindow } from '../../src/gateway/replay-window.ts';
import { bytesHeld } from '../memory.ts';
import fc from '../property.ts';

const MEBIBYTE = 1024 * 1024;
const TIME_NS = 1_000;

/** Commits a batch of `count` frames, each `bytes` long, whose prices are their numbers. */
function commit(window: ReplayWindow, count: number, bytes = 12): void {
  const out = window.open(TIME_NS);
  const buffer = Buffer.from(out.bytes.buffer, out.bytes.byteOffset, out.bytes.length);
  for (let i = 0; i < count; i++) {
    assert.ok(out.hasRoom(), 'the test asks for no more than fits');
    out.length += buffer.write(frameOf(window.nextSequence + i, bytes), out.length);
    out.count++;
  }
  assert.equal(window.commit(), count);
}

const frameOf = (sequence: number, bytes = 12) => `S,${String(sequence).padStart(bytes - 3, '0')}*`;

function numbersFrom(window: ReplayWindow, sequence: number): number[] {
  const found = window.find(sequence);
  assert.ok(found !== undefined);
  const texts: string[] = [restOf(window.batch(found), sequence)];
  for (let number = found + 1; number < window.end; number++) {
    const { segment, body, end } = window.batch(number);
    texts.push(segment.bytes.toString('latin1', body, end));
  }
  return texts
    .join('')
    .split('*')
    .slice(0, -1)
    .map((frame) => Number(frame.slice(2)));
}

function restOf(batch: Batch, sequence: number): string {
  const { time, frames } = framesFrom(batch, sequence);
  return time + frames.toString('latin1');
}

test('the window holds a batch with its header, its numbers and its bytes', () => {
  const window = new ReplayWindow(MEBIBYTE);
  commit(window, 3);
  const batch = window.batch(0);
  assert.deepEqual([batch.firstSequence, batch.count, batch.timeNs], [1, 3, TIME_NS]);
  assert.equal(
    batch.segment.bytes.toString('latin1', batch.start, batch.end),
    `#BATCH,1,${TIME_NS}*${frameOf(1)}${frameOf(2)}${frameOf(3)}`,
  );
  assert.equal(window.nextSequence, 4);
  assert.deepEqual([window.first, window.end], [0, 1]);
});

test('a batch names the time it was committed, or opened if that has fewer digits', () => {
  const window = new ReplayWindow(MEBIBYTE);
  for (const [opened, left, said] of [
    [1_000, 1_999, 1_999],
    [9_999, 10_000, 9_999],
  ] as const) {
    const out = window.open(opened);
    out.length += Buffer.from(out.bytes.buffer, out.bytes.byteOffset).write('S,1*');
    out.count++;
    window.commit(left);
    const { segment, start, end, timeNs, firstSequence } = window.batch(window.end - 1);
    assert.equal(timeNs, said);
    assert.equal(segment.bytes.toString('latin1', start, end), `#BATCH,${firstSequence},${said}*S,1*`);
  }
});

test('a batch without ticks is not added to the window', () => {
  const window = new ReplayWindow(MEBIBYTE);
  assert.equal(window.commit(), 0);
  for (let i = 0; i < 100; i++) {
    window.open(TIME_NS);
    assert.equal(window.commit(), 0);
  }
  assert.deepEqual([window.first, window.end, window.nextSequence], [0, 0, 1]);
  assert.equal(window.find(1), undefined);
});

test('every tick that the window holds is found, and no other', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 120 }), (counts) => {
      const window = new ReplayWindow(MEBIBYTE);
      for (const count of counts) if (count > 0) commit(window, count, 50);
      const { nextSequence } = window;
      const oldest = window.end === window.first ? nextSequence : window.batch(window.first).firstSequence;
      assert.ok(nextSequence - oldest >= Math.min(nextSequence - 1, 10_000), 'half a window is held');
      assert.equal(window.find(oldest - 1), undefined);
      assert.equal(window.find(nextSequence), undefined);
      assert.equal(window.find(0), undefined);
      const some = [oldest, oldest + 1, Math.floor((oldest + nextSequence) / 2), nextSequence - 1];
      for (const from of some.filter((one) => one >= oldest && one < nextSequence)) {
        const numbers = numbersFrom(window, from);
        assert.equal(numbers.length, nextSequence - from);
        assert.ok(numbers.every((value, i) => value === from + i));
      }
    }),
    { numRuns: 30 },
  );
});

test('batches that the window has moved past are not in it', () => {
  const window = new ReplayWindow(MEBIBYTE);
  for (let i = 0; i < 100; i++) commit(window, 1_000, 60);
  assert.ok(window.first > 0);
  assert.throws(() => window.batch(window.first - 1), RangeError);
  assert.throws(() => window.batch(window.end), RangeError);
  assert.equal(window.find(1), undefined);
});

test('memory is bounded and reused', () => {
  const window = new ReplayWindow(4 * MEBIBYTE);
  const memories = new Set<Buffer>();
  for (let i = 0; i < 2_000; i++) {
    commit(window, 1_000, 60);
    memories.add(window.batch(window.end - 1).segment.bytes);
  }
  const bytes = [...memories].reduce((sum, { length }) => sum + length, 0);
  assert.ok(bytes <= 4.5 * MEBIBYTE, `${bytes} bytes`);
});

test('batches that left the window free their memory', () => {
  const window = new ReplayWindow(MEBIBYTE);
  const before = bytesHeld();
  for (let i = 0; i < 300_000; i++) commit(window, 1, 12);
  const held = bytesHeld() - before;
  assert.ok(held < 10 * MEBIBYTE, `${held} bytes are held after 300,000 batches of a tick`);
  assert.equal(numbersFrom(window, window.nextSequence - 1).length, 1);
});

test('a segment with unsent bytes is not overwritten, even if it is the oldest', () => {
  const window = new ReplayWindow(MEBIBYTE);
  commit(window, 1_000, 60);
  const { segment, start, end } = window.batch(0);
  segment.pins++;
  const before = Buffer.from(segment.bytes.subarray(start, end));
  const memories = new Set<Buffer>();
  for (let i = 0; i < 200; i++) {
    commit(window, 1_000, 60);
    memories.add(window.batch(window.end - 1).segment.bytes);
  }
  assert.deepEqual(segment.bytes.subarray(start, end), before);
  assert.ok(memories.size <= 5, 'the other segments are reused');
});

test('sequence numbers above 2^32 are found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), (count) => {
      const window = new ReplayWindow(MEBIBYTE);
      // One batch that claims four billion ticks advances the numbers without sending them.
      const out = window.open(TIME_NS);
      out.length = 4;
      out.count = 2 ** 32;
      window.commit();
      commit(window, count, 16);
      const last = 2 ** 32 + count;
      assert.equal(window.find(last), 1);
      assert.equal(restOf(window.batch(1), last), frameOf(last, 16));
    }),
    { numRuns: 20 },
  );
});

/** A batch of four ticks at three times. */
function timedBatch(): ReplayWindow {
  const window = new ReplayWindow(MEBIBYTE);
  const out = window.open(TIME_NS);
  for (const [timeMs, frame] of [
    [-1, 'A,1*'],
    [-1, 'B,2*'],
    [20, 'A,3*'],
    [300, 'B,4*'],
  ] as const) {
    out.setMarketTime(timeMs);
    out.length += Buffer.from(out.bytes.buffer, out.bytes.byteOffset).write(frame, out.length);
    out.count++;
  }
  window.commit();
  return window;
}

test('a plain client gets a batch without its market times', () => {
  const window = timedBatch();
  assert.equal(window.plainFrames(0).bytes.toString(), 'A,1*B,2*A,3*B,4*');
  assert.equal(window.plainFrames(0).bytes, window.plainFrames(0).bytes, 'it is made once');
  commit(window, 2);
  assert.equal(window.plainFrames(1).bytes.toString(), frameOf(5) + frameOf(6));
});

test('a plain client that is behind gets small batches together, and large ones alone', () => {
  const window = timedBatch();
  commit(window, 2);
  commit(window, 5_000);
  commit(window, 1);
  const { bytes, next } = window.plainFrames(0);
  assert.equal(bytes.toString(), `A,1*B,2*A,3*B,4*${frameOf(5)}${frameOf(6)}`);
  assert.deepEqual([next, window.plainFrames(2).next, window.plainFrames(3).next], [2, 3, 4]);
});

test('a batch of one market time is not copied for a plain client', () => {
  const window = new ReplayWindow(MEBIBYTE);
  const out = window.open(TIME_NS);
  out.setMarketTime(5);
  out.length += Buffer.from(out.bytes.buffer, out.bytes.byteOffset).write('A,1*', out.length);
  out.count++;
  window.commit();
  const plain = window.plainFrames(0).bytes;
  assert.equal(plain.toString(), 'A,1*');
  assert.equal(plain.buffer, window.batch(0).segment.bytes.buffer);
});

test('the frames of a batch from any tick on start with the market time of that tick', () => {
  const batch = timedBatch().batch(0);
  assert.deepEqual(
    [1, 2, 3, 4].map((sequence) => restOf(batch, sequence)),
    [
      '#TIME,-1*A,1*B,2*#TIME,20*A,3*#TIME,300*B,4*',
      '#TIME,-1*B,2*#TIME,20*A,3*#TIME,300*B,4*',
      '#TIME,20*A,3*#TIME,300*B,4*',
      '#TIME,300*B,4*',
    ],
  );
});

test('the bytes since a tick are those of its batch and of all later ones', () => {
  const window = new ReplayWindow(MEBIBYTE);
  const sizes: number[] = [];
  for (let i = 0; i < 5; i++) {
    commit(window, 10, 12 + i);
    const { start, end } = window.batch(window.end - 1);
    sizes.push(end - start);
  }
  const total = (from: number) => sizes.slice(from).reduce((sum, size) => sum + size, 0);
  assert.deepEqual(
    [1, 10, 11, 41, 50, 51].map((tick) => window.bytesFrom(tick)),
    [total(0), total(0), total(1), total(4), total(4), 0],
  );
  while (window.first === 0) commit(window, 1_000, 100);
  assert.equal(window.bytesFrom(1), Number.POSITIVE_INFINITY);
  assert.ok(window.bytesFrom(window.batch(window.first).firstSequence) <= MEBIBYTE);
});
