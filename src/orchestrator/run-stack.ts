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
import { Orchestrator } from './orchestrator.ts';
import { bindPorts, numbersOf } from './run-ports.ts';

/**
 * Runs the whole stack until its data ends, its duration is over, or it is asked to stop.
 * @throws OpenOrderPortError, ListenError, BookInUseError before any process starts, so that a second stack
 *   does not disturb one that runs
 * @throws LimitsFileError, KillSwitchError, RunFailedError, FailedAtStopError
 */
export async function runStack(given: RunSettings, readAgain: () => RunSettings): Promise<void> {
  await requireGuardedOrderPort(given);
  const ports = await bindPorts(given);
  requireFreeBook(given.book);
  const lastRecord = recordOfLastRun();
  const settings = { ...given, ...makeRunFiles(given), ...numbersOf(ports, given) };
  const log = processLog('orchestrator', { ...settings, quiet: false }, true);
  const reload = new Reload(given, readAgain, log);
  const stop = stopRequested(settings.duration, () => orchestrator.setLimits(reload.read()));
  if (given.ordersDb === undefined && lastRecord !== undefined) keepHalts(lastRecord, settings.ordersDb, log);
  const orchestrator = new Orchestrator(settings, ports, log);
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
