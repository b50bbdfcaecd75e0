// ./tickline run: checks that the stack can start, starts it, waits for its end, and stops it in order.

import { requireFreeBook } from '@tickline/price-book';
import { haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { liveProcesses, withRegistry } from '../platform/process-registry.ts';
import { requireGuardedOrderPort } from '../security/order-access.ts';
import { requireInputFiles } from '../settings/input-files.ts';
import { processLog } from '../settings/process-log.ts';
import { Reload } from '../settings/reload.ts';
import { makeRunFiles, type RunFiles, recordOfLastRun } from '../settings/run-folder.ts';
import type { RunSettings } from '../settings/settings.ts';
import { detailsOf, requireFreeStack, stackWords } from '../settings/stacks.ts';
import { removeLeftBook } from './left-book.ts';
import { removeOldRunFolders } from './old-runs.ts';
import { Orchestrator } from './orchestrator.ts';
import { bindPorts, numbersOf } from './run-ports.ts';

/**
 * Runs the whole stack until its data ends, its duration is over, or it is asked to stop.
 * @throws OpenOrderPortError, InputFileError, ListenError, StackInUseError, BookInUseError, RunFolderError before any
 *   process starts, so that a second stack does not disturb one that runs
 * @throws ProcessRegistryError, LimitsFileError, KillSwitchError, RunFailedError, FailedAtStopError,
 *   SummaryMismatchError
 */
export async function runStack(given: RunSettings, readAgain: () => Promise<RunSettings>): Promise<void> {
  await requireGuardedOrderPort(given);
  requireInputFiles(given);
  requireFreeStack(given.stack, liveProcesses()); // before the ports: they say less
  const ports = await bindPorts(given);
  const numbers = numbersOf(ports, given);
  const lastRecord = recordOfLastRun(given.stack);
  const settings = { ...given, ...numbers, ...claimStack({ ...given, ...numbers }) };
  const log = processLog('orchestrator', { ...settings, quiet: false }, true);
  const reload = new Reload(given, readAgain, log);
  const stop = stopRequested(undefined, async () => orchestrator.setLimits(await reload.read()));
  process.once('exit', () => removeLeftBook(settings.stack));
  if (settings.lossless) removeLeftBook(settings.stack); // its ticks are of another run
  removeOldRunFolders(settings, log);
  if (given.ordersDb === undefined && lastRecord !== undefined) keepHalts(lastRecord, settings, log);
  const orchestrator = new Orchestrator(settings, ports, log);
  const started = orchestrator.start();
  const timeOver = started.then(() => durationOver(settings.duration));
  const reason = await Promise.race([stop, orchestrator.over, timeOver]).catch((error) => error);
  log.info({ event: 'stopping' }, `stopping: ${reason instanceof Error ? reason.message : reason}`);
  await orchestrator.stop();
  const mismatch = orchestrator.summarise();
  if (reason instanceof Error) throw reason;
  if (orchestrator.failureAtStop) throw orchestrator.failureAtStop;
  if (mismatch) throw mismatch;
}

/** Resolves `ms` after the run is ready; never without a duration. */
function durationOver(ms: number | undefined): Promise<string> {
  return new Promise((resolve) => {
    if (ms !== undefined) setTimeout(() => resolve('the duration is over'), ms).unref();
  });
}

/** Makes this run the only one of its stack, and the folder of its files. */
function claimStack(settings: RunSettings): RunFiles {
  return withRegistry((registry) => {
    requireFreeStack(settings.stack, registry.processes());
    requireFreeBook(settings.stack);
    const files = makeRunFiles(settings);
    registry.register(detailsOf('run', { ...settings, ...files }));
    return files;
  });
}

/** A halt lasts until `resume`, and so into the next run, which has a new record. @throws KillSwitchError */
function keepHalts(lastRecord: string, { ordersDb, stack }: RunFiles & RunSettings, log: Log): void {
  const halts = new KillSwitch(ordersDb).copyHaltsFrom(new KillSwitch(lastRecord)) ?? NO_HALTS;
  const texts = haltTexts(halts);
  if (texts.length === 0) return;
  log.warn(
    { event: 'halted', halts: texts },
    `still halted from the last run: ${texts.join(', ')}; ${resumeAdvice(halts, stackWords({ stack }))}`,
  );
}
