// A price client that stops reading is disconnected, one that reads too slowly gets snapshots. Both are
// counted, the Gateway's memory does not grow, and another client misses nothing.

import { test } from 'node:test';
import { floodSlowClients } from '../end-to-end/slow-clients.ts';

test('slow clients of a fast Gateway do not affect another client', { timeout: 400_000 }, async (t) => {
  await floodSlowClients(t, { ticksPerSecond: 300_000, forMs: 5_000, pauseMs: 300 });
});

test('slow clients of a Gateway at a million ticks per second do not affect another client', {
  timeout: 300_000,
}, async (t) => {
  await floodSlowClients(t, { ticksPerSecond: 1_000_000, forMs: 60_000, pauseMs: 100 });
});
