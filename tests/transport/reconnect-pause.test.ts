import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReconnectPause } from '../../src/transport/reconnect-pause.ts';

const TEN = Array.from({ length: 10 });

test('while nobody accepts, the pauses stay short', () => {
  const pause = new ReconnectPause();
  assert.deepEqual(
    TEN.map(() => pause.afterRefusal()),
    [20, 40, 80, 100, 100, 100, 100, 100, 100, 100],
  );
});

test('connections that do not last are made ever more rarely, whatever was refused between them', () => {
  const pause = new ReconnectPause();
  const pauses = TEN.map(() => {
    pause.afterRefusal();
    return pause.afterClose(999);
  });
  assert.deepEqual(pauses, [20, 40, 80, 160, 320, 640, 1_280, 2_000, 2_000, 2_000]);
});

test('after a connection that has lasted, the pauses are short again', () => {
  const pause = new ReconnectPause();
  for (const _ of TEN) pause.afterClose(0);
  assert.deepEqual([pause.afterClose(1_000), pause.afterClose(0)], [20, 40]);
});
