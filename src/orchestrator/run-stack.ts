// ./tickline run: checks that the stack can start, starts it, waits for its end, and stops it in order.

import { requireFreeBook } from '@tickline/price-book';
import { haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { requireGuardedOrderPort } from '../security/order-access.ts';
import { makeRunFiles, recordOfLastRun } from '../settings/paths.ts';
import { processLog } from '../settings/process-log.ts';
import { Reload } from '../settings/reload.ts';
import type { RunSettings } from '../settings/settings.ts';
import { LOOPBACK } from '../transport/loopback.ts';
import { freePort } from '../transport/ports.ts';
import { Orchestrator } from './orchestrator.ts';

/**
 * Runs the whole stack until its data ends, its duration is over, or it is asked to stop.
 * @throws OpenOrderPortError, ListenError, BookInUseError before any process starts, so that a second stack
 *   does not disturb one that runs
 * @throws LimitsFileError, KillSwitchError, RunFailedError, FailedAtStopError
 */
export async function runStack(given: RunSettings, readAgain: () => RunSettings): Promise<void> {
  await requireGuardedOrderPort(given);
  const ports = await freePorts(given);
  requireFreeBook(given.book);
  const lastRecord = recordOfLastRun();
  const settings = { ...given, ...makeRunFiles(given), ...ports };
  const log = processLog('orchestrator', { ...settings, quiet: false }, true);
  const reload = new Reload(given, readAgain, log);
  const stop = stopRequested(settings.duration, () => orchestrator.setLimits(reload.read()));
  if (given.ordersDb === undefined && lastRecord !== undefined) keepHalts(lastRecord, settings.ordersDb, log);
  const orchestrator = new Orchestrator(settings, log);
  const started = orchestrator.start();
  const reason = await Promise.race([stop, orchestrator.over, started.then(() => stop)]).catch(
    (error) => error,
  );
  log.info({ event: 'stopping' }, `stopping: ${reason instanceof Error ? reason.message : reason}`);
  await orchestrator.stop();
  orchestrator.summarise();
  if (reason instanceof Error) throw reason;
  if (orchestrator.failureAtStop) throw orchestrator.failureAtStop;
}

/**
 * Chooses a port for each 0, so that all processes get the same one, also after a restart. A dashboard port
 * in use does not stop the run. @throws ListenError
 */
async function freePorts({
  host,
  orderHost = host,
  pricePort,
  newsPort,
  orderPort,
  dashboardPort,
}: RunSettings) {
  return {
    pricePort: await freePort(host, pricePort, '--price-port'),
    newsPort: await freePort(host, newsPort, '--news-port'),
    orderPort: await freePort(orderHost, orderPort, '--order-port'),
    dashboardPort: dashboardPort || (await freePort(LOOPBACK, 0, '--dashboard-port')),
  };
}

/** A halt lasts until `resume`, and so into the next run, which has a new record. @throws KillSwitchError */
function keepHalts(lastRecord: string, record: string, log: Log): void {
  const halts = new KillSwitch(record).copyHaltsFrom(new KillSwitch(lastRecord)) ?? NO_HALTS;
  const texts = haltTexts(halts);
  if (texts.length === 0) return;
  log.warn(
    { event: 'halted', halts: texts },
    `still halted from the last run: ${texts.join(', ')}; ${resumeAdvice(halts)}`,
  );
}
