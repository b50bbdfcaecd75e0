import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME_BYTES_MAX, FrameSplitter } from '../../src/protocol/frames.ts';
import { bytesHeld } from '../memory.ts';
import fc from '../property.ts';
import { cut, cutSizes } from './chunks.ts';

const OVERSIZE = Symbol('oversize');

/** What a splitter makes of the chunks, which are overwritten after each push. */
function split(chunks: readonly Uint8Array[], bytesMax = FRAME_BYTES_MAX): (string | typeof OVERSIZE)[] {
  const found: (string | typeof OVERSIZE)[] = [];
  const splitter = new FrameSplitter(
    { onFrame: (text) => found.push(text), onOversize: () => found.push(OVERSIZE) },
    bytesMax,
  );
  for (const chunk of chunks) {
    const reused = Uint8Array.from(chunk);
    splitter.push(reused);
    reused.fill(0x58);
  }
  return found;
}

const frameText = fc.string({ maxLength: 30, unit: 'binary' }).map((text) => text.replaceAll('*', ''));

test('frames in one chunk are split', () => {
  assert.deepEqual(split([Buffer.from('AAPL,172.53*MSFT,325.20*73*')]), ['AAPL,172.53', 'MSFT,325.20', '73']);
});

test('a frame can be cut at every byte', () => {
  const stream = Buffer.from('{"symbol":"AAPL"}*é,ü*');
  for (let at = 0; at <= stream.length; at++) {
    const found = split([stream.subarray(0, at), stream.subarray(at)]);
    assert.deepEqual(found, ['{"symbol":"AAPL"}', 'é,ü'], `cut at ${at}`);
  }
});

test('any stream splits into the same frames, wherever it is cut', () => {
  fc.assert(
    fc.property(fc.array(frameText, { maxLength: 20 }), cutSizes, (frames, sizes) => {
      const stream = Buffer.from(frames.map((frame) => `${frame}*`).join(''));
      const sent = frames.map((frame) => Buffer.from(frame).toString());
      assert.deepEqual(split(cut(stream, sizes)), sent);
    }),
  );
});

test('an empty frame is a frame, and half a frame is not', () => {
  assert.deepEqual(split([Buffer.from('**half')]), ['', '']);
});

test('the longest frame is accepted, and a longer one is reported once, wherever it is cut', () => {
  fc.assert(
    fc.property(cutSizes, fc.integer({ min: 1, max: 100 }), (sizes, excess) => {
      const stream = Buffer.from(`a*${'b'.repeat(64)}*${'c'.repeat(64 + excess)}*d*`);
      assert.deepEqual(split(cut(stream, sizes), 64), ['a', 'b'.repeat(64), OVERSIZE, 'd']);
    }),
  );
});

test('a frame without an end is reported once and not kept', () => {
  const found: unknown[] = [];
  const splitter = new FrameSplitter({
    onFrame: (text) => found.push(text),
    onOversize: () => found.push(OVERSIZE),
  });
  const mebibyte = Buffer.alloc(1024 * 1024, 0x61);
  const before = bytesHeld();
  for (let i = 0; i < 256; i++) splitter.push(mebibyte);
  assert.ok(bytesHeld() - before < mebibyte.length);
  splitter.push(Buffer.from('*next*'));
  assert.deepEqual(found, [OVERSIZE, 'next']);
});

test('a frame that arrives byte by byte uses no more memory than its bytes', () => {
  const splitters = Array.from({ length: 64 }, () => new FrameSplitter({ onFrame() {}, onOversize() {} }));
  const byte = Buffer.from('x');
  const before = bytesHeld();
  for (const splitter of splitters) for (let i = 0; i < FRAME_BYTES_MAX; i++) splitter.push(byte);
  const held = bytesHeld() - before;
  assert.ok(held < 3 * splitters.length * FRAME_BYTES_MAX, `${held} bytes for ${splitters.length} frames`);
  for (const splitter of splitters) splitter.push(Buffer.from('*'));
});

test('reset() drops half a frame, and ends one that is too long', () => {
  const found: unknown[] = [];
  const splitter = new FrameSplitter(
    { onFrame: (text) => found.push(text), onOversize: () => found.push(OVERSIZE) },
    8,
  );
  splitter.push(Buffer.from('half'));
  splitter.reset();
  splitter.push(Buffer.from('whole*123456789'));
  splitter.reset();
  splitter.push(Buffer.from('next*'));
  assert.deepEqual(found, ['whole', OVERSIZE, 'next']);
});

test('after a handler has thrown, the splitter continues with the next chunk', () => {
  const found: string[] = [];
  const splitter = new FrameSplitter({
    onFrame: (text) => {
      if (text === 'bad') throw new Error('bad');
      found.push(text);
    },
    onOversize() {},
  });
  assert.throws(() => splitter.push(Buffer.from('bad*')), /bad/);
  splitter.push(Buffer.from('good*'));
  assert.deepEqual(found, ['good']);
});
