// Like tests/end-to-end/slow-price-client.test.ts, at a million ticks per second for a minute.

import { test } from 'node:test';
import { floodSlowClients } from '../end-to-end/slow-clients.ts';

test('slow clients of a Gateway at a million ticks per second do not affect another client', {
  timeout: 300_000,
}, async (t) => {
  await floodSlowClients(t, { ticksPerSecond: 1_000_000, forMs: 60_000, pauseMs: 100 });
});
