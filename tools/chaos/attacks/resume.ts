// A client of the news port repeats RESUME, for which the Gateway once answered with all its news each time.

import { type Attack, WAIT_MS } from './attack.ts';
import { Crowd } from './crowd.ts';
import { compareLoads, measureGateway } from './load.ts';

const RESUMES_AT_ONCE = 100;

export const repeatResume: Attack = {
  name: 'repeat RESUME on the news port',
  async attempt({ stack }) {
    const before = await measureGateway(stack);
    const bad = stack.counter('gateway.badFrames');
    const text = 'RESUME,0,0*'.repeat(RESUMES_AT_ONCE);
    const crowd = { port: stack.newsPort, count: 8, text, everyMs: 1, reads: true, reconnects: true };
    await using _ = new Crowd(crowd, false);
    await stack.until('repeats are counted', () => stack.counter('gateway.badFrames') > bad, WAIT_MS);
    return compareLoads(before, await measureGateway(stack));
  },
};
