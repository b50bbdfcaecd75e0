// ./tickline chaos --cluster, inside its namespaces: faults one after the other, and the accounts after each.

import type { StartedProcess } from '../../testing/started-process.ts';
import { BrokenPromiseError } from '../errors.ts';
import { Audit, type Audited } from './audit.ts';
import { FAULTS, type Fault } from './faults.ts';
import { Stage } from './stage.ts';

/** No fault begins after this, and all waits end. */
const TOTAL_MS = 20 * 60_000;
const STOP_MS = 60_000;
const LABEL_WIDTH = 70;

export interface TrialOptions {
  /** Only some of the faults. */
  readonly short: boolean;
  /** Only those with this in their names. */
  readonly fault: string | undefined;
  /** In which every strategy trades again, in ms. */
  readonly within: number;
}

/** @throws BrokenPromiseError, and whatever keeps the cluster from starting */
export async function tryFaults(
  folder: string,
  options: TrialOptions,
  interrupted: AbortSignal,
): Promise<void> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(TOTAL_MS)]);
  await using stage = new Stage(folder, signal);
  console.log(`starting three machines in ${folder}`);
  await stage.start();
  const audit = new Audit(stage);
  print('before any fault', await audit.run());
  for (const fault of chosen(options)) await oneFault(stage, audit, fault, options.within, signal);
  await stopAll(stage, audit);
  console.log('\nNothing was lost: every promise held');
}

function chosen({ short, fault = '' }: TrialOptions): readonly Fault[] {
  return FAULTS.filter(({ name, isShort = false }) => (isShort || !short) && name.includes(fault));
}

async function oneFault(
  stage: Stage,
  audit: Audit,
  fault: Fault,
  within: number,
  signal: AbortSignal,
): Promise<void> {
  await fault.begin(stage, signal);
  const during = fault.goOn.length > 0 ? await untilBack(stage, fault.goOn, fault, within) : undefined;
  await fault.mend(stage);
  const after = await untilBack(stage, [0, 1, 2], fault, within);
  const times =
    during === undefined ? `back after ${after} ms` : `back after ${during} ms, mended ${after} ms`;
  print(fault.name, await audit.run(), times);
}

/** Waits until the machines apply ticks and their strategies trade. Returns how long that took, in ms. */
async function untilBack(
  stage: Stage,
  machines: readonly number[],
  { name }: Fault,
  within: number,
): Promise<number> {
  const since = performance.now();
  const before = machines.map((index) => ({
    index,
    ticks: stage.applied(index),
    orders: stage.filled(index),
  }));
  const missing = () =>
    before.filter((one) => stage.applied(one.index) === one.ticks || stage.filled(one.index) === one.orders);
  await stage.until(`machines trade again after: ${name}`, () => missing().length === 0, 4 * within);
  const ms = Math.round(performance.now() - since);
  if (ms > within)
    throw new BrokenPromiseError(`trading again after: ${name}`, `within ${within} ms`, `${ms} ms`);
  return ms;
}

/** Everything stops in order. The streams have every tick that the Gateway counted. */
async function stopAll(stage: Stage, audit: Audit): Promise<void> {
  for (const strategy of stage.strategies) await requireStopped(strategy);
  await requireStopped(stage.gateway);
  const audited = await audit.compare();
  const sent = stage.machines[0].counter('gateway.ticksSent');
  if (sent !== audited.ticks)
    throw new BrokenPromiseError('ticks in the streams', `${sent}`, `${audited.ticks}`);
  print('at the end', audited);
}

async function requireStopped(started: StartedProcess): Promise<void> {
  const { status, signal } = await started.stop('SIGINT', STOP_MS);
  if (status !== 0)
    throw new BrokenPromiseError(`${started.name} stops in order`, 'status 0', signal ?? `status ${status}`);
}

function print(name: string, { ticks, missed, orders, oldestMs }: Audited, times = ''): void {
  const n = (value: number) => value.toLocaleString('en-US');
  const ordered = `${n(orders)} orders once, at prices of at most ${n(oldestMs)} ms`;
  console.log(`${name.padEnd(LABEL_WIDTH)}${n(ticks)} ticks, ${n(missed)} lost, ${ordered}  ${times}`);
}
