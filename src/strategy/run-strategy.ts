// Runs the Strategy process, and ends it with the reason.

import { useShortSlices } from '@tickline/posix';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { clientCredentials } from '../security/order-access.ts';
import { processLog } from '../settings/process-log.ts';
import type { StrategyProcessSettings } from '../settings/settings.ts';
import { StrategyNameInUseError } from './name-in-use-error.ts';
import { type OpenedStrategy, openStrategy } from './open-strategy.ts';
import type { ClusterWays } from './order-link.ts';
import { Strategy } from './strategy.ts';
import { StrategyFailedError } from './strategy-errors.ts';
import { StrategyFaults } from './strategy-faults.ts';

/**
 * Runs a Strategy until it is asked to stop.
 * @throws StrategyFileError, StrategyParameterError, StrategyFailedError, OpenOrderPortError, SecretFileError, TokenError,
 *   CertificateError, StrategyNameInUseError, OutboxInUseError, OutboxOpenError, NotAnOutboxError
 * @throws LosslessInputLostError, NotRepeatableError, RunStartError, OutboxLostError when a lossless run cannot continue
 * @throws OutboxLostError at the end, if the outbox was lost
 */
export async function runStrategy(settings: StrategyProcessSettings): Promise<void> {
  const pass = await clientCredentials(settings);
  const log = processLog('strategy', settings);
  const stop = stopRequested(settings.duration);
  const faults = new StrategyFaults(settings.strategy, 'strategy');
  let opened: OpenedStrategy | undefined;
  let strategy: Strategy | undefined;
  let cluster: OpenedCluster | undefined;
  try {
    opened = await openStrategy(settings);
    cluster = await openCluster(settings, log);
    strategy = new Strategy(settings, pass, opened, faults, log, cluster);
    strategy.start();
    useShortSlices();
    const reason = await Promise.race([stop, faults.failed]).catch((error) => error);
    if (reason instanceof Error && !(reason instanceof StrategyFailedError)) throw reason;
    const why = reason instanceof Error ? 'the strategy failed' : reason;
    log.info({ event: 'stopping', reason: why }, `stopping: ${why}`);
    await strategy.close();
    if (reason instanceof Error) throw reason;
    // close() evaluates the ticks that are left
    if (faults.error && !(faults.error instanceof StrategyNameInUseError)) throw faults.error;
    if (strategy.outboxLost) throw strategy.outboxLost;
  } finally {
    strategy?.stopPublishing();
    await opened?.endWatch();
    await cluster?.close();
    faults.end();
  }
}

interface OpenedCluster extends ClusterWays {
  close(): Promise<void>;
}

/** Loads the client of NATS only where it is needed. */
async function openCluster(settings: StrategyProcessSettings, log: Log): Promise<OpenedCluster | undefined> {
  const { nats } = settings;
  if (nats === undefined) return undefined;
  const { ClusterSession } = await import('./cluster-session.ts');
  const { StreamNews } = await import('./stream-news.ts');
  const { StrategyCluster } = await import('./strategy-cluster.ts');
  const cluster = new StrategyCluster({ ...settings, nats }, log);
  return {
    openLink: (options, handler) => new ClusterSession({ ...options, cluster }, handler),
    openNews: (handler) => new StreamNews({ cluster, log }, handler),
    watch: (onServer) => {
      cluster.onServer = onServer;
    },
    close: () => cluster.close(),
  };
}
