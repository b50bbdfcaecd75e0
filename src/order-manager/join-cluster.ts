// Connects an OrderManager to its cluster: what is answered there, here or by another manager, is copied to the watchers and
// printed like any other order.

import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { natsState } from '../monitoring/nats-state.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { LoggedReport } from '../protocol/report-log.ts';
import type { ClusteredOrders, ClusteredOrdersParts } from './clustered-orders.ts';
import { copyReports } from './group-commit.ts';
import { LeadershipMonitor } from './leadership-monitor.ts';
import type { OrderAnswer } from './order-group.ts';
import type { OrderMonitor } from './order-monitor.ts';
import type { OrderPath, ReportWatchers } from './order-path.ts';

export interface JoinParts
  extends Omit<ClusteredOrdersParts, 'holder' | 'monitor' | 'onServer' | 'onAnswered' | 'onReports'> {
  readonly counters: ProcessCounters;
  readonly watchers: ReportWatchers & OrderPath;
  readonly monitor: OrderMonitor;
}

/** Joins the cluster, and stays in it until stop(). Loads the client of NATS, which no other process needs. */
export async function joinCluster(parts: JoinParts): Promise<ClusteredOrders> {
  const { counters, watchers, monitor, ...rest } = parts;
  const { ClusteredOrders } = await import('./clustered-orders.ts');
  const onAnswered = (strategies: readonly string[], answers: readonly OrderAnswer[]) => {
    copyReports(watchers, answers, (index) => strategies[index]);
    monitor.logAnswers(answers);
  };
  const joined = new ClusteredOrders({
    ...rest,
    holder: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    monitor: new LeadershipMonitor(parts.log, counters),
    onServer: natsState(counters, 'order-manager'),
    onAnswered,
    onReports: (reports) =>
      onAnswered(
        reports.map(({ strategy }) => strategy),
        reports.map(toAnswer),
      ),
  });
  joined.start();
  return joined;
}

function toAnswer(logged: LoggedReport): OrderAnswer {
  const {
    type: _,
    strategy: _strategy,
    time: _time,
    note,
    averagePrice: _average,
    realisedPnl: _pnl,
    ...report
  } = logged;
  return { report, isRepeat: false, ...(note !== undefined && { note }) };
}
