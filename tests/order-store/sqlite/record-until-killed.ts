// A process for tests: executes groups of ten orders against the record in argv[2], and prints the client
// order ids of those that were reported as filled, one per line, until it is killed.

import { writeSync } from 'node:fs';
import type { Order } from '../../../src/domain/orders.ts';
import { Execution } from '../../../src/order-manager/execution.ts';
import { SqliteOrderStore } from '../../../src/order-store/sqlite/sqlite-order-store.ts';
import { riskControls } from '../../order-manager/risk-controls.ts';

const STDOUT = 1;
const execution = new Execution(SqliteOrderStore.open(process.argv[2], { fsync: false }), riskControls());
let sent = 0;

function nextOrder(): Order {
  sent++;
  const side = sent % 3 === 0 ? 'SELL' : 'BUY';
  return {
    symbol: `S${sent % 7}`,
    side,
    quantity: sent,
    price: 100 + (sent % 50) / 4,
    clOrdId: `run-${sent}`,
  };
}

for (;;) {
  const group = Array.from({ length: 10 }, () => ({ strategy: 'killed', order: nextOrder() }));
  const filled = execution.execute(group).filter(({ report }) => report.status === 'FILLED');
  writeSync(STDOUT, filled.map(({ report }) => `${report.clOrdId}\n`).join(''));
}
