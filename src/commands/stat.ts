// `tickline stat`: prints the counters of all processes from shared memory, live.

import { setTimeout as sleep } from 'node:timers/promises';
import { natsServers } from '../monitoring/nats-state.ts';
import { attachBook, type StackBook } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import { StoppableOutput } from '../platform/stoppable-output.ts';
import type { StatSettings } from '../settings/settings.ts';
import { stackWords } from '../settings/stacks.ts';
import { statLines } from './stat-screen.ts';
import { rates, type Snapshot, snapshotOf } from './stat-snapshot.ts';
import { StatTerminal } from './stat-terminal.ts';

const PERIOD_MS = 1_000;

/** Prints all counters and their growth once a second, until it is stopped. @throws BookNotFoundError */
export async function showStat({ stack: name, once, json, duration }: StatSettings): Promise<void> {
  const stopping = new AbortController();
  if (!once) void stopRequested(duration).then(() => stopping.abort());
  const output = new StoppableOutput('tickline stat', stopping.signal);
  let book = attachBook(name);
  let before: Snapshot | undefined;
  using terminal = !once && !json ? StatTerminal.open(output, () => stopping.abort()) : undefined;
  while (!stopping.signal.aborted) {
    if (book.replaced) book = reattached(name) ?? book;
    const now = snapshotOf(book, natsServers(name), stackWords({ stack: name }));
    if (json) await output.write(`${JSON.stringify({ ...now, perSecond: rates(now, before) })}\n`);
    else if (terminal) await terminal.show(statLines(now, before, terminal.columns));
    else await output.write(`${statLines(now, before).join('\n')}\n`);
    if (once) break;
    before = now;
    await sleep(PERIOD_MS, undefined, { signal: stopping.signal }).catch(() => {}); // stopped
  }
}

function reattached(name: string): StackBook | undefined {
  try {
    return attachBook(name);
  } catch {
    return undefined; // the screen keeps the last counters until there is a new book
  }
}
