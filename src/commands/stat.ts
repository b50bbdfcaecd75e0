// `tickline stat`: prints the counters of all processes from shared memory, live.

import { setTimeout as sleep } from 'node:timers/promises';
import { attachBook, type StackBook } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { StatSettings } from '../settings/settings.ts';
import { statLines } from './stat-screen.ts';
import { rates, type Snapshot, snapshotOf } from './stat-snapshot.ts';

const PERIOD_MS = 1_000;
const TO_TOP = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const ROWS = 24;

/** Prints all counters and their growth once a second, until it is stopped. @throws BookNotFoundError */
export async function showStat({ stack: name, once, json, duration }: StatSettings): Promise<void> {
  const stop = stopRequested(duration);
  let book = attachBook(name);
  let before: Snapshot | undefined;
  let stopped = false;
  void stop.then(() => {
    stopped = true;
  });
  const live = process.stdout.isTTY && !once && !json;
  if (live) process.stdout.write(TO_TOP + CLEAR_BELOW);
  while (!stopped) {
    if (book.replaced) book = reattached(name) ?? book;
    const now = snapshotOf(book);
    if (json) console.log(JSON.stringify({ ...now, perSecond: rates(now, before) }));
    else if (live) redraw(statLines(now, before));
    else console.log(statLines(now, before).join('\n'));
    if (once) break;
    before = now;
    await Promise.race([sleep(PERIOD_MS), stop]);
  }
  process.exit(); // the pending sleep would keep the process for a second
}

function reattached(name: string): StackBook | undefined {
  try {
    return attachBook(name);
  } catch {
    return undefined; // the screen keeps the last counters until there is a new book
  }
}

/** Overwrites the previous lines in place, without flicker or scrolling. */
function redraw(lines: readonly string[]): void {
  const rows = (process.stdout.rows || ROWS) - 1;
  const hidden = lines.length - rows;
  const shown =
    hidden > 0 ? [...lines.slice(0, rows - 1), `... ${hidden + 1} more lines in a taller window`] : lines;
  process.stdout.write(TO_TOP + shown.map((line) => `${line}${CLEAR_LINE}\n`).join('') + CLEAR_BELOW);
}
