import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME_BYTES_MAX } from '../../src/protocol/frames.ts';
import { cut } from '../protocol/chunks.ts';
import { BAD_PRICES, BAD_SYMBOLS, CLOCK, Decoded, inBatch } from './decoded.ts';

for (const text of [
  '9007199254740993',
  '9999999999999999',
  '123456789012345.6',
  '12345678.12345678',
  '0000000001',
]) {
  test(`the price ${text} is exactly Number('${text}')`, () => {
    assert.deepEqual(inBatch().push(`A,${text}*A,${text}*`).tickPairs, [
      ['A', Number(text)],
      ['A', Number(text)],
    ]);
  });
}

for (const text of BAD_PRICES) {
  test(`the price "${text}" is rejected, and uses up its number`, () => {
    const decoded = inBatch().push(`AAPL,1*AAPL,2*AAPL,${text}*AAPL,4*`);
    assert.equal(decoded.rejected('price'), 1);
    assert.equal(decoded.rejected(), 1);
    assert.deepEqual(
      decoded.ticks.map(([sequence, , value]) => [sequence, value]),
      [
        [1, 1],
        [2, 2],
        [4, 4],
      ],
    );
    assert.equal(decoded.decoder.position.next, 5);
  });
}

for (const text of BAD_SYMBOLS) {
  test(`the symbol ${JSON.stringify(text)} is rejected, and uses up its number`, () => {
    const decoded = inBatch().push(Buffer.from(`AAPL,1*A,2*${text},3*AAPL,4*`, 'latin1'));
    assert.equal(decoded.rejected('symbol'), 1);
    assert.equal(decoded.rejected(), 1);
    assert.deepEqual(
      decoded.ticks.map(([sequence]) => sequence),
      [1, 2, 4],
    );
  });
}

test('each tick of a symbol that has no room is rejected, and uses up its number', () => {
  const decoded = new Decoded(1).push('#SESSION,7,1*#BATCH,1,9*A,1*B,2*ABCDEFGHIJ,3*A,4*B,5*');
  assert.equal(decoded.rejected('symbol'), 3);
  assert.deepEqual(decoded.tickPairs, [
    ['A', 1],
    ['A', 4],
  ]);
  assert.equal(decoded.decoder.position.next, 6);
});

test('the handler is asked once per symbol for an index, and not with every tick', () => {
  const ticks = 'A,1*B,2*ABCDEFGHIJ,3*B,4*ABCDEFGHIJ,5*A,6*B,7*';
  const decoded = new Decoded(1).push(`#SESSION,7,1*#BATCH,1,9*${ticks}`);
  assert.deepEqual(decoded.asked, ['A', 'B', 'ABCDEFGHIJ']);
  assert.equal(decoded.rejected('symbol'), 5);
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 6],
  );
});

test('an unknown control frame is rejected, and uses up no number', () => {
  const decoded = inBatch().push('A,1*#NEW,1,2*A,2*');
  assert.equal(decoded.rejected('frame'), 1);
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 2],
  );
});

for (const chunkBytes of [1_000, 65_536, 65_537, 300_000]) {
  test(`a frame of more than 64 KiB is rejected once, in chunks of ${chunkBytes}, and uses up its number`, () => {
    for (const length of [FRAME_BYTES_MAX, FRAME_BYTES_MAX + 1, 3 * FRAME_BYTES_MAX]) {
      const stream = Buffer.from(`A,1*B,1${'x'.repeat(length - 3)}*A,3*#${'y'.repeat(length)}*A,4*`);
      const decoded = inBatch().push(...cut(stream, [chunkBytes]));
      assert.equal(decoded.rejected('frame'), 2);
      assert.equal(decoded.rejected(), 2);
      assert.deepEqual(
        decoded.ticks.map(([sequence, , value]) => [sequence, value]),
        [
          [1, 1],
          [3, 3],
          [4, 4],
        ],
      );
    }
  });
}

test('a snapshot in many chunks has no numbers', () => {
  const frames = Array.from({ length: 5_000 }, (_, i) => `S${i},${i + 1}*`).join('');
  const stream = Buffer.from(`#SESSION,7,100*${CLOCK}#SNAPSHOT,5000*${frames}#BATCH,100,9*S0,7*`);
  const decoded = new Decoded().push(...cut(stream, [1_000, 17]));
  assert.equal(decoded.snapshots.length, 5_000);
  assert.deepEqual(decoded.snapshots.at(-1), ['S4999', 5_000]);
  assert.deepEqual(decoded.ticks, [[100, 'S0', 7, 9]]);
});

test('ticks that do not fit into one run continue in the next', () => {
  const frames = Array.from({ length: 10_000 }, (_, i) => `A,${i + 1}*`).join('');
  const decoded = inBatch().push(frames);
  assert.deepEqual(
    decoded.ticks.map(([sequence, , value]) => sequence === value),
    Array(10_000).fill(true),
  );
});

test('repeated ticks are dropped and counted one by one', () => {
  const decoded = inBatch().push('A,1*A,2*A,3*#BATCH,2,2000*A,2*A,3*A,4*');
  assert.deepEqual(decoded.tickPairs.length, 4);
  assert.deepEqual(decoded.ticks.at(-1), [4, 'A', 4, 2000]);
  assert.equal(decoded.events.filter(([what]) => what === 'repeated').length, 2);
});

test('a stream that starts over repeats no tick and sets no price back', () => {
  const decoded = new Decoded().push('#SESSION,7,1*#SNAPSHOT,1*A,5*#BATCH,1,9*A,6*A,7*A,8*');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,1*#SNAPSHOT,1*A,5*#BATCH,1,9*A,6*A,7*A,8*A,9*');
  assert.deepEqual(decoded.snapshots, [['A', 5]]);
  assert.deepEqual(
    decoded.tickPairs.map(([, value]) => value),
    [6, 7, 8, 9],
  );
  assert.equal(decoded.events.filter(([what]) => what === 'repeated').length, 3);
});

test('a batch or a heartbeat shows the exact size of a gap', () => {
  const decoded = inBatch().push('A,1*#BATCH,10,2000*A,10*#HEARTBEAT,15,3000*');
  assert.deepEqual(
    decoded.events.filter(([what]) => what === 'gap'),
    [
      ['gap', 8],
      ['gap', 4],
    ],
  );
  assert.deepEqual(decoded.positionsAtGaps, [10, 15], 'whoever counts a gap continues behind it');
  assert.equal(decoded.decoder.position.next, 15);
});

test('numbers above 2^32 are exact', () => {
  const first = 2 ** 40 + 5;
  const decoded = new Decoded().push(
    `#SESSION,1700000000000000,${first}*${CLOCK}#BATCH,${first},31536000123456788*A,1*`,
  );
  assert.deepEqual(decoded.ticks, [[first, 'A', 1, 31536000123456788]]);
  assert.deepEqual(decoded.decoder.position, { runId: 1700000000000000, next: first + 1 });
});

test('after a cut in the middle of a frame it resumes at the right tick', () => {
  const text = 'A,101*A,102*A,103*';
  for (let at = 0; at <= text.length; at++) {
    const decoded = new Decoded().push(`#SESSION,7,1*#BATCH,1,9*${text.slice(0, at)}`);
    const { runId, next } = decoded.decoder.position;
    assert.equal(runId, 7);
    decoded.decoder.begin();
    const rest = text.split('*').slice(next - 1, -1);
    decoded.push(`#SESSION,7,${next}*#BATCH,${next},9*${rest.map((frame) => `${frame}*`).join('')}`);
    assert.deepEqual(
      decoded.ticks.map(([sequence, , value]) => [sequence, value]),
      [
        [1, 101],
        [2, 102],
        [3, 103],
      ],
      `cut at ${at}`,
    );
    assert.equal(decoded.rejected(), 0);
  }
});

test('a snapshot that was cut off does not affect the next connection', () => {
  const decoded = new Decoded().push('#SESSION,7,5*#SNAPSHOT,10*A,1*A,2*A,');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,5*#BATCH,5,9*A,5*A,6*');
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [5, 6],
  );
});

test('a frame that is too long does not affect the next connection', () => {
  const decoded = inBatch().push(`A,1*${'x'.repeat(2 * FRAME_BYTES_MAX)}`);
  decoded.decoder.begin();
  decoded.push('#SESSION,7,3*#BATCH,3,9*A,3*');
  assert.deepEqual(
    decoded.ticks.map(([sequence]) => sequence),
    [1, 3],
  );
});

test('ticks before the answer to RESUME are dropped, because they have no number', () => {
  const decoded = inBatch().push('A,1*');
  decoded.decoder.begin();
  decoded.push('A,7*B,8*nonsense*A,0*', '#HEARTBEAT,99,1*', `#SESSION,7,2*${CLOCK}#BATCH,2,9*A,2*`);
  assert.deepEqual(decoded.ticks.slice(1), [[2, 'A', 2, 9]]);
  assert.deepEqual(decoded.events.at(-1), ['resumed', 7, 2, 0]);
});

test('the first position names no run, a restored one names its own', () => {
  const { decoder } = new Decoded();
  assert.deepEqual(decoder.position, { runId: 0, next: 0 });
  decoder.restore(7, 12);
  assert.deepEqual(decoder.position, { runId: 7, next: 12 });
});

test('the answer of the same run counts the lost ticks; that of another run cannot', () => {
  const decoded = inBatch().push('A,1*');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,10*');
  decoded.decoder.begin();
  decoded.push('#SESSION,8,500*');
  assert.deepEqual(decoded.events.slice(1), [
    ['resumed', 7, 10, 8],
    ['resumed', 8, 500, undefined],
  ]);
});

test('each tick has the market time of the last time frame before it, wherever the stream is cut', () => {
  const stream =
    '#TIME,-86400000*A,1*B,2*LONG-SYMBOL,3*#TIME,0*A,4*#BATCH,5,9*A,5*#TIME,1700000000000*B,6*A,7*';
  const times = [-86_400_000, -86_400_000, -86_400_000, 0, 0, 1_700_000_000_000, 1_700_000_000_000];
  for (let size = 1; size <= stream.length; size++) {
    const decoded = inBatch().push(...cut(Buffer.from(stream), [size]));
    assert.deepEqual(decoded.marketTimesMs, times, `in chunks of ${size}`);
    assert.equal(decoded.rejected(), 0);
    assert.equal(decoded.decoder.position.next, 8);
  }
});

test('without a time frame on its connection, the market time of a tick is that of its arrival', () => {
  const before = Date.now();
  const decoded = inBatch().push('A,1*B,2*#TIME,5*A,3*');
  decoded.decoder.begin();
  decoded.push('#SESSION,7,4*#BATCH,4,9*A,4*');
  const [first, second, third, fourth] = decoded.marketTimesMs;
  for (const time of [first, second, fourth]) assert.ok(time >= before && time <= Date.now());
  assert.equal(third, 5);
});
