// The counters of two made-up processes.

import { CounterTable } from '../../../packages/price-book/counter-table.ts';

const SUM = { kind: 'sum' } as const;
const GAUGE = { kind: 'gauge' } as const;
const POSITION = { kind: 'position' } as const;

export const TEST_COUNTERS = new CounterTable({
  'writer.pid': GAUGE,
  'writer.starts': SUM,
  'writer.heartbeatNs': GAUGE,
  'writer.longestLoopNs': GAUGE,
  'writer.written': SUM,
  'writer.clients': GAUGE,
  'reader.pid': GAUGE,
  'reader.starts': SUM,
  'reader.heartbeatNs': GAUGE,
  'reader.longestLoopNs': GAUGE,
  'reader.seen': SUM,
  'reader.next': POSITION,
});
