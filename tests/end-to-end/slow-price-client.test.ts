// A price client that stops reading is cut off, and one that reads too slowly gets snapshots; both are counted, the
// Gateway's memory stays where it was, and another client misses nothing.

import { test } from 'node:test';
import { floodSlowClients } from './slow-clients.ts';

test('slow clients of a fast Gateway cost nobody anything', { timeout: 400_000 }, async (t) => {
  await floodSlowClients(t, { ticksPerSecond: 300_000, forMs: 5_000, pauseMs: 300 });
});
