// ./tickline chaos --stack: kills the processes of a stack that runs, or stops them for a while, one after the other, and
// reports whether it serves again each time. A process that nothing would restart is only stopped.

import { setTimeout as sleep } from 'node:timers/promises';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import { strategiesOf } from '../../src/monitoring/strategies.ts';
import { ConditionTimeoutError, until } from '../testing/poll.ts';
import { isStopped } from '../testing/proc.ts';
import { StackGoneError } from './errors.ts';
import { LiveInspection } from './live-inspection.ts';
import { recordOf, requireTarget, type Victim, victimsOf } from './live-target.ts';
import { plannedKills } from './plan.ts';

/** Time to see whether ticks flow before anything is disturbed. */
const FLOW_MS = 3_000;
/** Time for the last decided orders to be recorded. */
const SETTLE_MS = 10_000;
const PAUSE_MS = 3_000;
const MS_PER_S = 1_000;

export interface LiveOptions {
  readonly stack: string;
  /** Undefined for each process once. */
  readonly kills: number | undefined;
  readonly seed: number;
  /** Time in which the stack must serve again, in ms. */
  readonly within: number;
  /** How long each process is stopped, in ms; undefined to kill those that are restarted. */
  readonly pause: number | undefined;
  readonly signal: AbortSignal;
}

/** How the stack was before anything was disturbed: nothing worse may follow. */
interface Before {
  readonly faults: ReadonlySet<string>;
  readonly hasTicks: boolean;
}

/**
 * Disturbs the stack, and prints what became of it.
 * @throws NoTargetError, StackGoneError, BrokenPromiseError, ConditionTimeoutError if it does not serve again in time
 */
export async function disturbStack(options: LiveOptions): Promise<void> {
  const { stack } = options;
  requireTarget(stack);
  const victims = victimsOf(stack);
  const kills = options.kills ?? victims.length;
  using inspection = new LiveInspection(stack, recordOf(stack));
  console.log(`stack ${stack}: ${victims.map((victim) => planText(victim, options)).join(', ')}`);
  const before = { faults: faultsOf(inspection), hasTicks: await haveTicks(inspection, options.signal) };
  const pauses = plannedKills(options.seed);
  const backMs: number[] = [];
  for (let turn = 0; turn < kills; turn++) {
    await sleep(pauses.next().value.waitMs, undefined, { signal: options.signal });
    const victim = victimAt(stack, turn);
    const how = await disturb(victim, options);
    const ms = await msUntilServed(stack, victim, { inspection, before, options });
    backMs.push(ms);
    inspection.check();
    console.log(`${turn + 1}/${kills} ${nameOf(victim)} ${how}, serves again after ${Math.round(ms)} ms`);
  }
  await settle(inspection, options.signal);
  for (const line of resultLines(inspection, before, backMs)) console.log(line);
}

/** @throws StackGoneError */
function victimAt(stack: string, turn: number): Victim {
  const victims = victimsOf(stack);
  if (victims.length === 0) throw new StackGoneError(stack);
  return victims[turn % victims.length];
}

/** Returns what was done to it. */
async function disturb({ pid, isRestarted }: Victim, { pause, signal }: LiveOptions): Promise<string> {
  if (isRestarted && pause === undefined) {
    process.kill(pid, 'SIGKILL');
    return 'killed';
  }
  const ms = pause ?? PAUSE_MS;
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(ms, undefined, { signal });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  return `stopped for ${ms / MS_PER_S} s`;
}

interface Trial {
  readonly inspection: LiveInspection;
  readonly before: Before;
  readonly options: LiveOptions;
}

/** @throws ConditionTimeoutError, StackGoneError */
async function msUntilServed(
  stack: string,
  victim: Victim,
  { inspection, before, options: { pause, within, signal } }: Trial,
): Promise<number> {
  const killed = victim.isRestarted && pause === undefined ? victim.pid : undefined;
  const startedAt = performance.now();
  const ticksBefore = ticksSeen(inspection);
  const holds = () => {
    const victims = victimsOf(stack);
    if (victims.length === 0) throw new StackGoneError(stack);
    const isThere = victims.some(
      ({ command, pid, isRestarted }) =>
        command === victim.command && pid !== killed && isRestarted === victim.isRestarted && !isStopped(pid),
    );
    const hasNewFault = [...faultsOf(inspection)].some((fault) => !before.faults.has(fault));
    return isThere && !hasNewFault && (!before.hasTicks || grew(ticksBefore, ticksSeen(inspection)));
  };
  const details = () => [...faultsOf(inspection)].join(', ');
  const condition = `stack ${stack} serves again after ${nameOf(victim)}`;
  await until(condition, holds, { timeoutMs: within, signal, details });
  return performance.now() - startedAt;
}

async function haveTicks(inspection: LiveInspection, signal: AbortSignal): Promise<boolean> {
  const first = ticksSeen(inspection);
  try {
    const holds = () => grew(first, ticksSeen(inspection));
    await until('ticks arrive', holds, { timeoutMs: FLOW_MS, signal });
    return true;
  } catch (error) {
    if (error instanceof ConditionTimeoutError) return false;
    throw error;
  }
}

/** @throws BrokenPromiseError */
async function settle(inspection: LiveInspection, signal: AbortSignal): Promise<void> {
  try {
    await until('every decided order is recorded', () => inspection.isSettled, {
      timeoutMs: SETTLE_MS,
      signal,
    });
  } catch (error) {
    if (!(error instanceof ConditionTimeoutError)) throw error;
  }
  inspection.checkAtEnd();
}

function faultsOf({ book }: LiveInspection): Set<string> {
  return new Set(pipelineFaults(book).map(({ process, fault }) => `${process}: ${fault}`));
}

/** Ticks in the book, and ticks seen by each running strategy. */
function ticksSeen({ book }: LiveInspection): Map<string, number> {
  const running = strategiesOf(book).filter(({ state }) => state === 'running');
  const each = running.map(({ name, counter }) => [name, counter('strategy.ticksSeen')] as const);
  return new Map([['', book.counter('orderbook.ticksApplied')], ...each]);
}

function grew(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  return [...now].every(([name, ticks]) => ticks > (before.get(name) ?? 0));
}

function planText(victim: Victim, { pause }: LiveOptions): string {
  if (pause !== undefined) return nameOf(victim);
  return `${nameOf(victim)}${victim.isRestarted ? '' : ' (only stopped for a while: no run restarts it)'}`;
}

function nameOf({ command, pid }: Victim): string {
  return `${command}, process ${pid}`;
}

function resultLines(inspection: LiveInspection, { hasTicks }: Before, backMs: readonly number[]): string[] {
  const { book, recorded, decided } = inspection;
  const sorted = [...backMs].sort((a, b) => a - b);
  const missed = book.counter('orderbook.ticksMissed');
  const orders = recorded === undefined ? 'no record found' : `${recorded} recorded meanwhile, each once`;
  return [
    '',
    `Recovery  median ${Math.round(sorted[sorted.length >> 1])} ms, at most ${Math.round(sorted.at(-1) ?? 0)} ms`,
    `Ticks     ${hasTicks ? '' : 'none arrived before, so none were waited for; '}all in the ring, or among the ${missed} counted as missed`,
    `Orders    ${orders}; ${decided} seen in outboxes, none lost`,
  ];
}
