// One of two that pass a row back and forth.
//
//    node pass-side.ts ask <way> <name> <folder> <ms>      starts the other side, prints the figures of one way, in ns
//    node pass-side.ts answer <way> <name> <folder>

import { isMainThread } from 'node:worker_threads';
import { nowNs, signalOnParentDeath } from '@tickline/posix';
import { Latency } from '../../../src/monitoring/latency.ts';
import { figuresOf } from '../figures.ts';
import { type Asker, WAYS, type WayName } from './pass-ways.ts';

const SIGTERM = 15;
const MS_A_ROUND = 4;

if (isMainThread) signalOnParentDeath(SIGTERM);
const [role, way, name, folder, ms] = process.argv.slice(2);
const { ask, answer } = WAYS[way as WayName];
const place = { way, name, folder };
if (role === 'answer') await answer(place);
else {
  const asker = await ask(place);
  await measure(asker, Number(ms) / MS_A_ROUND); // warms up
  console.log(JSON.stringify(figuresOf(await measure(asker, Number(ms)))));
  asker.end();
}

async function measure({ pass }: Asker, forMs: number): Promise<Latency> {
  const latency = new Latency();
  const until = performance.now() + forMs;
  for (let n = 1; performance.now() < until; n++) {
    const asked = nowNs();
    await pass(n);
    latency.record((nowNs() - asked) / 2);
  }
  return latency;
}
