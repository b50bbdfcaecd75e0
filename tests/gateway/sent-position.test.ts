import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SentPosition } from '../../src/gateway/sent-position.ts';

const RUN = 1_700_000_000_000_000;

test('the next process finds the run and the last tick of the one that was killed', () => {
  const memory = new ArrayBuffer(16);
  const killed = new SentPosition(memory);
  assert.equal(killed.left, undefined, 'none has begun');
  killed.begin({ runId: RUN, sent: 0 });
  killed.advance(120);
  assert.deepEqual(new SentPosition(memory).left, { runId: RUN, sent: 120 });
});

test('ticks that are sent again do not take the position back', () => {
  const position = new SentPosition(new ArrayBuffer(16));
  position.begin({ runId: RUN, sent: 120 });
  assert.equal(position.advance(101), 120);
  assert.deepEqual(position.left, { runId: RUN, sent: 120 });
});
