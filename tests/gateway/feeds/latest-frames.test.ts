import assert from 'node:assert/strict';
import { it } from 'node:test';
import { framesIn, newFrames } from '../../../src/gateway/feeds/conformance/pulled-ticks.ts';
import { LatestFrames } from '../../../src/gateway/feeds/latest-frames.ts';

function keep(latest: LatestFrames, symbol: number, frame: string): void {
  const bytes = new TextEncoder().encode(frame);
  latest.keep(symbol, bytes, 0, bytes.length);
}

it('frames are kept when room for more symbols is reserved', () => {
  const latest = new LatestFrames();
  keep(latest, 3, 'A,1.50*');
  for (const count of [64, 65, 100_000]) latest.reserve(count);
  keep(latest, 99_999, 'B,2*');
  const out = newFrames();
  assert.equal(latest.append(out, 0), -1);
  assert.deepEqual(framesIn(out), ['A,1.50', 'B,2']);
});

it('a frame replaces the one before, even a longer one', () => {
  const latest = new LatestFrames();
  keep(latest, 0, 'A,1000.12345678*');
  keep(latest, 0, 'A,9*');
  const out = newFrames();
  latest.append(out, 0);
  assert.deepEqual(framesIn(out), ['A,9']);
});
