// Replaces the Gateway where the receiver is no OrderBook of ours, so that a lossless Gateway would not wait for it: sends
// the random walk as fast as the client reads.
//
//    node full-speed-gateway.ts <price port> <symbols>

import { RandomWalkFeed } from '../../../src/gateway/feeds/random-walk.ts';
import { randomSymbols } from '../../../src/gateway/feeds/symbols.ts';
import { createPace } from '../../../src/gateway/pace.ts';
import { PriceServer } from '../../../src/gateway/price-server.ts';
import { takeSnapshot } from '../../../src/gateway/price-snapshot.ts';
import { Pump } from '../../../src/gateway/pump.ts';
import { stopRequested } from '../../../src/platform/lifecycle.ts';
import { LOOPBACK } from '../../../src/transport/loopback.ts';

const WINDOW_BYTES = 8 * 1024 * 1024;
/** Batches that the client may be behind. */
const BACKLOG_MAX = 32;
const FULL_SPEED = createPace('gateway', { ticksPerSecond: Number.POSITIVE_INFINITY }, 0);

const [port, symbols] = process.argv.slice(2).map(Number);
const feed = new RandomWalkFeed({ symbols: randomSymbols(symbols), seed: 1 });
let started = false;
const ignore = () => {};
const prices: PriceServer = new PriceServer(
  { host: LOOPBACK, port, windowBytes: WINDOW_BYTES, runId: 1 },
  { snapshot: () => takeSnapshot(feed), onAdmitted: start, onSnapshotSent: ignore },
  { onBadFrame: ignore, onRefused: ignore, onCutOff: ignore, onPaused: ignore, onClients: ignore },
);
const pump = new Pump(
  {
    feed,
    prices,
    pace: FULL_SPEED,
    newsPace: { start: ignore, ticksToNext: () => Number.POSITIVE_INFINITY, stop: ignore },
    isHeldBack: () => prices.backlog > BACKLOG_MAX,
  },
  {
    onFilled: ignore,
    onSent: ignore,
    onEnd: ignore,
    onFailure: (error) => {
      throw error;
    },
  },
);
void stopRequested().then(() => process.exit(0));
await prices.listen();

function start(): void {
  if (started) return;
  started = true;
  pump.run();
}
