// `tickline halt` and `tickline resume`: set the kill switch, and wait until the OrderManager confirms it.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { haltTexts, NO_HALTS } from '../domain/risk/halts.ts';
import { haltFile, KillSwitch } from '../order-store/kill-switch.ts';
import { HaltNotConfirmedError } from '../order-store/kill-switch-errors.ts';
import { RecordOpenError } from '../order-store/sqlite/errors.ts';
import { lockOwner } from '../order-store/sqlite/record-lock.ts';
import { recordToShow } from '../settings/paths.ts';
import type { HaltSettings } from '../settings/settings.ts';

const CONFIRM_TIMEOUT_S = 5;
const POLL_MS = 10;
const MS_PER_S = 1_000;

/** Halts all trading, or one strategy. @throws RecordOpenError, KillSwitchError, HaltNotConfirmedError */
export async function halt(settings: HaltSettings): Promise<void> {
  const record = existingRecord(settings);
  const killSwitch = new KillSwitch(record);
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

/** Returns the OrderManager's process id; undefined if none runs. @throws HaltNotConfirmedError */
async function untilConfirmed(
  record: string,
  killSwitch: KillSwitch,
  isAsAsked: (haltFiles: readonly string[]) => boolean,
): Promise<number | undefined> {
  const deadlineMs = performance.now() + CONFIRM_TIMEOUT_S * MS_PER_S;
  for (;;) {
    const manager = lockOwner(record);
    if (manager === undefined) return undefined;
    const { confirmation } = killSwitch;
    if (confirmation?.pid === manager && isAsAsked(confirmation.haltFiles)) return manager;
    if (performance.now() > deadlineMs) throw new HaltNotConfirmedError(manager, CONFIRM_TIMEOUT_S);
    await sleep(POLL_MS);
  }
}

function printHalts(record: string, killSwitch: KillSwitch, manager: number | undefined): void {
  const halts = haltTexts(killSwitch.read() ?? NO_HALTS);
  const state = halts.length > 0 ? `halted: ${halts.join(', ')}` : 'nothing is halted: orders are accepted';
  const confirmedBy =
    manager === undefined
      ? 'no OrderManager runs; the next one will obey'
      : `confirmed by process ${manager}`;
  console.log(`${state} (${confirmedBy})\n${record}`);
}
