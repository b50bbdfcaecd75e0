// `tickline halt` and `tickline resume`: set the kill switch, and wait until the OrderManager confirms it.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Halts, haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { clusterOf } from '../order-store/cluster-mark.ts';
import { digestOf, KillSwitch } from '../order-store/kill-switch.ts';
import {
  HaltNotConfirmedError,
  HaltOfClusterError,
  UnknownStrategyError,
} from '../order-store/kill-switch-errors.ts';
import { strategiesIn } from '../order-store/known-strategies.ts';
import { isRecordLocked, lockOwner, writtenOwner } from '../order-store/sqlite/record-lock.ts';
import { requireFile } from '../order-store/sqlite/sqlite-order-reader.ts';
import { printable } from '../platform/printable.ts';
import type { HaltSettings } from '../settings/settings.ts';
import { findRecord, managerOf, requireRecord, resolved, stackWords } from '../settings/stacks.ts';

const CONFIRM_TIMEOUT_S = 5;
const POLL_MS = 10;
const MS_PER_S = 1_000;

/**
 * Halts all trading, or one strategy, of the record that the stack uses.
 * @throws RecordOpenError, UnknownStrategyError, KillSwitchError, HaltNotConfirmedError, SeveralRecordsError,
 *   StackNotRunningError, NoRecordError, HaltOfClusterError; ClusterHaltError, ClusterAccessError with --nats
 */
export async function halt(settings: HaltSettings): Promise<void> {
  const { nats } = settings;
  if (nats !== undefined) {
    const { haltCluster } = await import('./cluster-halt.ts');
    await haltCluster({ ...settings, nats }, settings.only, true);
    return;
  }
  const record = recordToSwitch(settings);
  requireNoCluster('halt', record);
  if (settings.only !== undefined) requireKnown(settings.only, record);
  const killSwitch = new KillSwitch(record);
  killSwitch.requestConfirmation();
  killSwitch.halt(settings.only);
  const manager = await untilConfirmed(record, killSwitch, (halts) => isHalted(halts, settings.only));
  printHalts(settings, record, manager);
}

/** Undoes the same halt, and no other. @throws as halt() */
export async function resume(settings: HaltSettings): Promise<void> {
  const { nats } = settings;
  if (nats !== undefined) {
    const { haltCluster } = await import('./cluster-halt.ts');
    await haltCluster({ ...settings, nats }, settings.only, false);
    return;
  }
  const record = recordToSwitch(settings);
  const killSwitch = new KillSwitch(record);
  // A halt of this machine, from before its OrderManager joined a cluster, is undone here, and nowhere else.
  if (haltTexts(killSwitch.read() ?? NO_HALTS).length === 0) requireNoCluster('resume', record);
  if (!killSwitch.exists) {
    console.log(`nothing is halted in ${record}`);
    return;
  }
  killSwitch.requestConfirmation();
  killSwitch.resume(settings.only);
  const manager = await untilConfirmed(record, killSwitch, (halts) => !isHalted(halts, settings.only));
  printHalts(settings, record, manager);
}

/** @throws HaltOfClusterError */
function requireNoCluster(word: 'halt' | 'resume', record: string): void {
  const manager = managerOf(record);
  const nats = manager === undefined ? clusterOf(record) : manager.nats;
  if (nats !== undefined) throw new HaltOfClusterError(word, record, nats);
}

/** @param strategy undefined for all */
function isHalted(halts: Halts, strategy: string | undefined): boolean {
  return strategy === undefined ? halts.all : halts.strategies.has(strategy);
}

/** Without a live OrderManager, a missing record is an error: a halt of it would stop nothing. */
function recordToSwitch({ ordersDb, stack }: HaltSettings): string {
  const { file, note } = findRecord({ ordersDb, stack });
  if (note !== undefined) requireRecord(stack, note, file);
  const record = resolved(file);
  if (managerOf(record) === undefined || fs.existsSync(record)) requireFile(record);
  return record;
}

/** A record that cannot be read names nobody, and must not keep anybody from a halt. @throws UnknownStrategyError */
function requireKnown(strategy: string, record: string): void {
  const known = strategiesIn(record);
  if (known !== undefined && !known.includes(strategy))
    throw new UnknownStrategyError(strategy, `order record ${record}`, known);
}

/** The OrderManager that confirmed, in words. */
interface Confirmation {
  readonly by: string;
}

/**
 * Returns which OrderManager confirmed; undefined if none has the record. One that starts after the switch was set reads it
 * before its first order.
 * @throws HaltNotConfirmedError
 */
async function untilConfirmed(
  record: string,
  killSwitch: KillSwitch,
  isAsAsked: (halts: Halts) => boolean,
): Promise<Confirmation | undefined> {
  const deadlineMs = performance.now() + CONFIRM_TIMEOUT_S * MS_PER_S;
  for (;;) {
    const { confirmation } = killSwitch;
    if (!isManaged(record)) return undefined;
    const halts = killSwitch.read() ?? NO_HALTS;
    if (confirmation?.digest === digestOf(halts) && isAsAsked(halts) && isOfOwner(record, confirmation.pid))
      return { by: confirmedBy(record, confirmation.pid) };
    if (performance.now() > deadlineMs)
      throw new HaltNotConfirmedError(record, managerOf(record)?.pid ?? lockOwner(record), CONFIRM_TIMEOUT_S);
    await sleep(POLL_MS);
  }
}

/** Whether an OrderManager writes the record, or is about to: it registers before it locks. */
function isManaged(record: string): boolean {
  return (fs.existsSync(record) && isRecordLocked(record)) || managerOf(record) !== undefined;
}

/** Whether the process that confirmed has locked the record, as far as the lock file says: an earlier one may be dying. */
function isOfOwner(record: string, pid: number): boolean {
  const owner = writtenOwner(record);
  return owner === undefined || owner === pid;
}

/** @param pid in the PID namespace of the OrderManager */
function confirmedBy(record: string, pid: number): string {
  const manager = managerOf(record);
  if (manager === undefined) return `process ${pid}`;
  return manager.pid === undefined ? `process ${pid} of another PID namespace` : `process ${manager.pid}`;
}

function printHalts(settings: HaltSettings, record: string, manager: Confirmation | undefined): void {
  const killSwitch = new KillSwitch(record);
  const halts = killSwitch.read() ?? NO_HALTS;
  const texts = haltTexts(halts);
  const state = texts.length > 0 ? `halted: ${texts.join(', ')}` : 'nothing is halted: orders are accepted';
  const confirmedBy =
    manager === undefined
      ? 'no OrderManager runs on this record; the next one, and the next run here, will obey'
      : `confirmed by ${manager.by}`;
  const advice = texts.length > 0 ? `; ${resumeAdvice(halts, stackWords(settings))}` : '';
  const cluster = clusterOf(record);
  const ofCluster =
    cluster === undefined ? '' : `; the halts of its cluster are as they were, see --nats ${cluster}`;
  console.log(`${printable(`${state} (${confirmedBy})${advice}${ofCluster}`)}\n${printable(record)}`);
}
