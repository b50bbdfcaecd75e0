// `tickline halt` and `tickline resume`: the kill switch. Each ends when the OrderManager has said that it holds to it.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { haltTexts, NO_HALTS } from '../domain/risk/halts.ts';
import { fileOf, KillSwitch } from '../order-store/kill-switch.ts';
import { HaltNotConfirmedError } from '../order-store/kill-switch-errors.ts';
import { RecordOpenError } from '../order-store/sqlite/errors.ts';
import { lockOwner } from '../order-store/sqlite/record-lock.ts';
import { recordToShow } from '../settings/paths.ts';
import type { HaltSettings } from '../settings/settings.ts';

const WAIT_S = 5;
const POLL_MS = 10;
const MS_PER_S = 1_000;

/** Refuses all orders, or those of one strategy. @throws RecordOpenError, KillSwitchError, HaltNotConfirmedError */
export async function halt(settings: HaltSettings): Promise<void> {
  const record = existingRecord(settings);
  const killSwitch = new KillSwitch(record);
  killSwitch.halt(settings.only);
  const manager = await heldTo(record, killSwitch, (files) => files.includes(fileOf(settings.only)));
  show(record, killSwitch, manager);
}

/** Ends what the same halt has begun, and no other. @throws as halt() */
export async function resume(settings: HaltSettings): Promise<void> {
  const record = existingRecord(settings);
  const killSwitch = new KillSwitch(record);
  if (!killSwitch.isThere) {
    console.log(`nothing is halted in ${record}`);
    return;
  }
  killSwitch.resume(settings.only);
  const manager = await heldTo(record, killSwitch, (files) => !files.includes(fileOf(settings.only)));
  show(record, killSwitch, manager);
}

/** A record that is not there is a slip: nobody would be halted. */
function existingRecord(settings: HaltSettings): string {
  const record = recordToShow(settings);
  if (!fs.existsSync(record)) throw new RecordOpenError(record, new Error('there is no such file'));
  return fs.realpathSync(record);
}

/** Waits until the OrderManager has confirmed; gives its process id, or undefined when none runs. */
async function heldTo(
  record: string,
  killSwitch: KillSwitch,
  isAsAsked: (files: readonly string[]) => boolean,
): Promise<number | undefined> {
  const end = performance.now() + WAIT_S * MS_PER_S;
  for (;;) {
    const manager = lockOwner(record);
    if (manager === undefined) return undefined;
    const said = killSwitch.inForce;
    if (said?.pid === manager && isAsAsked(said.files)) return manager;
    if (performance.now() > end) throw new HaltNotConfirmedError(manager, WAIT_S);
    await sleep(POLL_MS);
  }
}

function show(record: string, killSwitch: KillSwitch, manager: number | undefined): void {
  const halted = haltTexts(killSwitch.read() ?? NO_HALTS);
  const what = halted.length > 0 ? `halted: ${halted.join(', ')}` : 'nothing is halted: orders are taken';
  const who =
    manager === undefined
      ? 'no OrderManager runs; the next one holds to it'
      : `confirmed by process ${manager}`;
  console.log(`${what} (${who})\n${record}`);
}
