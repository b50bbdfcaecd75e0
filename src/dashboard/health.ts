// /healthz: whether the whole pipeline works, and if not, what is wrong.

import { type PipelineFault, pipelineFaults } from '../monitoring/pipeline-faults.ts';
import type { StackBook } from '../monitoring/stack-book.ts';
import type { Answer } from './web-server.ts';

const HEALTHY = 200;
const UNHEALTHY = 503;

const NO_BOOK: PipelineFault = { process: 'orderbook', fault: 'there is no price book' };

/** Status 200 while ticks become orders, else 503. The body lists the faults. @param where see pipelineFaults() */
export function health(book: StackBook | undefined, where: string): Answer {
  const faults = book ? pipelineFaults(book, where) : [NO_BOOK];
  const healthy = faults.length === 0;
  return {
    status: healthy ? HEALTHY : UNHEALTHY,
    type: 'application/json',
    body: `${JSON.stringify({ healthy, faults })}\n`,
  };
}
