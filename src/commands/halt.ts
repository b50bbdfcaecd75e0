// `tickline halt` and `tickline resume`: set the kill switch, and wait until the OrderManager confirms it.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { haltFile, KillSwitch } from '../order-store/kill-switch.ts';
import { HaltNotConfirmedError, UnknownStrategyError } from '../order-store/kill-switch-errors.ts';
import { RecordOpenError } from '../order-store/sqlite/errors.ts';
import { isRecordLocked, lockOwner } from '../order-store/sqlite/record-lock.ts';
import { SqliteOrderReader } from '../order-store/sqlite/sqlite-order-reader.ts';
import { TicklineError } from '../platform/errors.ts';
import { recordToShow } from '../settings/paths.ts';
import type { HaltSettings } from '../settings/settings.ts';

const CONFIRM_TIMEOUT_S = 5;
const POLL_MS = 10;
const MS_PER_S = 1_000;

/**
 * Halts all trading, or one strategy.
 * @throws RecordOpenError, UnknownStrategyError, KillSwitchError, HaltNotConfirmedError
 */
export async function halt(settings: HaltSettings): Promise<void> {
  const record = existingRecord(settings);
  if (settings.only !== undefined) requireKnown(settings.only, record);
  const killSwitch = new KillSwitch(record);
  killSwitch.requestConfirmation();
  killSwitch.halt(settings.only);
  const manager = await untilConfirmed(record, killSwitch, (files) =>
    files.includes(haltFile(settings.only)),
  );
  printHalts(record, killSwitch, manager);
}

/** Undoes the same halt, and no other. @throws as halt() */
export async function resume(settings: HaltSettings): Promise<void> {
  const record = existingRecord(settings);
  const killSwitch = new KillSwitch(record);
  if (!killSwitch.exists) {
    console.log(`nothing is halted in ${record}`);
    return;
  }
  killSwitch.requestConfirmation();
  killSwitch.resume(settings.only);
  const manager = await untilConfirmed(
    record,
    killSwitch,
    (files) => !files.includes(haltFile(settings.only)),
  );
  printHalts(record, killSwitch, manager);
}

/** A missing record is an error: a halt of it would stop nothing. */
function existingRecord(settings: HaltSettings): string {
  const record = recordToShow(settings);
  if (!fs.existsSync(record)) throw new RecordOpenError(record, new Error('there is no such file'));
  return fs.realpathSync(record);
}

/** A record that cannot be read names nobody, and must not keep anybody from a halt. @throws UnknownStrategyError */
function requireKnown(strategy: string, record: string): void {
  const known = strategiesIn(record);
  if (known !== undefined && !known.includes(strategy))
    throw new UnknownStrategyError(strategy, record, known);
}

function strategiesIn(record: string): string[] | undefined {
  try {
    const reader = SqliteOrderReader.openReadOnly(record);
    try {
      return reader.strategies();
    } finally {
      reader.close();
    }
  } catch (error) {
    if (error instanceof TicklineError) return undefined;
    throw error;
  }
}

/**
 * Returns the process id of the OrderManager that confirmed; undefined if none has the record. One that starts after the
 * switch was set reads it before its first order.
 * @throws HaltNotConfirmedError
 */
async function untilConfirmed(
  record: string,
  killSwitch: KillSwitch,
  isAsAsked: (haltFiles: readonly string[]) => boolean,
): Promise<number | undefined> {
  const deadlineMs = performance.now() + CONFIRM_TIMEOUT_S * MS_PER_S;
  for (;;) {
    const { confirmation } = killSwitch;
    if (confirmation !== undefined && isAsAsked(confirmation.haltFiles)) return confirmation.pid;
    if (!isRecordLocked(record)) return undefined;
    if (performance.now() > deadlineMs)
      throw new HaltNotConfirmedError(record, lockOwner(record), CONFIRM_TIMEOUT_S);
    await sleep(POLL_MS);
  }
}

function printHalts(record: string, killSwitch: KillSwitch, manager: number | undefined): void {
  const halts = killSwitch.read() ?? NO_HALTS;
  const texts = haltTexts(halts);
  const state = texts.length > 0 ? `halted: ${texts.join(', ')}` : 'nothing is halted: orders are accepted';
  const confirmedBy =
    manager === undefined
      ? 'no OrderManager runs; the next one will obey'
      : `confirmed by process ${manager}`;
  const advice = texts.length > 0 ? `; ${resumeAdvice(halts)}` : '';
  console.log(`${state} (${confirmedBy})${advice}\n${record}`);
}
