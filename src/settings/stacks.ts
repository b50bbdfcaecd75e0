// Which stacks run, and which order record a command acts on: found through the live processes, from any folder.

import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { wordFor } from '../platform/counted.ts';
import { UsageError } from '../platform/errors.ts';
import { type LiveProcess, liveProcesses, type ProcessDetails } from '../platform/process-registry.ts';
import { DEFAULT_STACK } from './options/general.ts';
import type { CommandName } from './options.ts';
import { recordFile } from './paths.ts';
import { lastRecord } from './run-folder.ts';

/** Commands of which a stack has one. */
const SINGLE: readonly string[] = ['run', 'gateway', 'orderbook', 'order-manager'];

const WRITERS: readonly string[] = ['run', 'order-manager'];

export type PortName = 'prices' | 'news' | 'orders' | 'dashboard';

/** The settings of any process that say where it is found. */
export interface StackSettings {
  readonly stack: string;
  readonly ordersDb?: string | undefined;
  readonly logDir?: string | undefined;
  readonly pricePort?: number;
  readonly newsPort?: number;
  readonly orderPort?: number;
  readonly dashboardPort?: number;
  readonly dashboard?: boolean;
  readonly nats?: readonly string[] | undefined;
}

/** A second stack under the name of a live one. */
export class StackInUseError extends UsageError {
  constructor(stack: string, processes: readonly LiveProcess[]) {
    const runs = processes.filter(({ command }) => command === 'run');
    const named = (runs.length > 0 ? runs : processes).map(processText).join(', ');
    super(
      `stack ${stack} runs already (${named}): stop it, ` +
        'or start this one beside it with --stack NAME --ports 9101, say',
    );
  }
}

/** Several records are in use in one stack. */
export class SeveralRecordsError extends UsageError {
  constructor(stack: string, writers: readonly (readonly [record: string, process: LiveProcess])[]) {
    const each = writers.map(([record, process]) => `--orders-db ${record} (${processText(process)})`);
    super(
      `stack ${stack} has ${writers.length} order records in use, and nothing was done: choose ${each.join(' or ')}`,
    );
  }
}

/** No stack runs under the name, and others do. */
export class StackNotRunningError extends UsageError {
  constructor(stack: string, found: string, running: string) {
    super(`${found}; ${running}: choose one of them with --stack, or start stack ${stack} first`);
  }
}

/** No stack runs under the name, and nothing was recorded under it here. */
export class NoRecordError extends UsageError {
  constructor(stack: string, found: string, record: string) {
    super(
      `${found}, and there is no order record ${record}: start the stack with ./tickline run${stackWords({ stack })}, ` +
        'or name its record with --orders-db',
    );
  }
}

/** The settings that choose a record. */
interface RecordSettings {
  readonly ordersDb?: string | undefined;
  readonly stack: string;
}

/** The record that a command acts on. */
export interface FoundRecord {
  readonly file: string;
  /** Why it is not the record of a live process; undefined if it is, or if an option names it. */
  readonly note?: string;
  /** Which other stacks run, in words. */
  readonly others?: string | undefined;
}

/**
 * The record that --orders-db names, else the one that live processes of the stack use, else that of its last run in the
 * current folder.
 * @throws SeveralRecordsError, ProcessRegistryError
 */
export function findRecord({ ordersDb, stack }: RecordSettings): FoundRecord {
  if (ordersDb !== undefined) return { file: ordersDb };
  const live = liveProcesses();
  const writers = new Map<string, LiveProcess>();
  for (const process of live)
    if (process.stack === stack && process.record !== undefined) writers.set(process.record, process);
  if (writers.size > 1) throw new SeveralRecordsError(stack, [...writers]);
  const [file] = writers.keys();
  if (file !== undefined) return { file };
  const note = `no OrderManager of stack ${stack} runs`;
  return { file: lastRecord(stack), note, others: otherStacks(stack, live) };
}

/** The words of a command line that name the stack or its record, with a space before them; empty for the default stack. */
export function stackWords({ ordersDb, stack }: RecordSettings): string {
  if (ordersDb !== undefined) return ` --orders-db ${ordersDb}`;
  return stack === DEFAULT_STACK ? '' : ` --stack ${stack}`;
}

/** The same, for the record of a run that has ended. */
export function recordWords({
  ordersDb,
  stack,
}: {
  readonly ordersDb: string;
  readonly stack: string;
}): string {
  return resolved(lastRecord(stack)) === resolved(ordersDb)
    ? stackWords({ stack })
    : stackWords({ ordersDb, stack });
}

/** The live OrderManager that writes the record. @throws ProcessRegistryError */
export function managerOf(record: string): LiveProcess | undefined {
  const file = resolved(record);
  return liveProcesses().find((process) => process.command === 'order-manager' && process.record === file);
}

/**
 * Checks that a name means one stack: if the default stack does not run and others do, it probably means one of those; and
 * so does any name of which there is no record.
 * @param found what is missing, for the message
 * @throws StackNotRunningError, ProcessRegistryError
 */
export function requireOnlyStack(
  stack: string,
  found: string,
  { hasRecord = true, live = liveProcesses() } = {},
): void {
  const running = otherStacks(stack, live);
  if (running !== undefined && (stack === DEFAULT_STACK || !hasRecord))
    throw new StackNotRunningError(stack, found, running);
}

/**
 * Checks that there is a record of a stack that does not run.
 * @param found that it does not run, in words
 * @throws StackNotRunningError, NoRecordError, ProcessRegistryError
 */
export function requireRecord(stack: string, found: string, record: string, live = liveProcesses()): void {
  const hasRecord = existsSync(record);
  requireOnlyStack(stack, found, { hasRecord, live });
  if (!hasRecord) throw new NoRecordError(stack, found, record);
}

/** @throws StackInUseError */
export function requireFreeStack(stack: string, live: readonly LiveProcess[]): void {
  const inUse = live.filter((process) => process.stack === stack && SINGLE.includes(process.command));
  if (inUse.length > 0) throw new StackInUseError(stack, inUse);
}

/** A path that stays the same file when a symlink on the way to it moves on. The file need not exist. */
export function resolved(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const folder = path.dirname(file);
  return existsSync(folder) ? path.join(realpathSync(folder), path.basename(file)) : file;
}

/** What a process reports about itself to the other commands. */
export function detailsOf(command: CommandName, settings: StackSettings): ProcessDetails {
  const { pricePort, newsPort, orderPort, dashboardPort } = settings;
  const all = { prices: pricePort, news: newsPort, orders: orderPort, dashboard: dashboardPort };
  const { logDir } = settings;
  return {
    stack: settings.stack,
    command,
    ports: Object.fromEntries(served(command, settings).map((name) => [name, all[name] ?? 0])),
    record: WRITERS.includes(command) ? resolved(recordFile(settings)) : undefined,
    ...(settings.nats !== undefined && { nats: settings.nats.join(',') }),
    logDir: logDir === undefined ? undefined : resolved(logDir),
  };
}

/** The ports on which a process listens. */
function served(command: CommandName, { dashboard }: StackSettings): readonly PortName[] {
  switch (command) {
    case 'gateway':
      return ['prices', 'news'];
    case 'order-manager':
      return ['orders'];
    case 'dashboard':
      return ['dashboard'];
    case 'run':
      return dashboard ? ['prices', 'news', 'orders', 'dashboard'] : ['prices', 'news', 'orders'];
    default:
      return [];
  }
}

function otherStacks(stack: string, live: readonly LiveProcess[]): string | undefined {
  const names = [...new Set(live.map((process) => process.stack))].filter((name) => name !== stack);
  if (names.length === 0) return undefined;
  return `running: ${wordFor(names.length, 'stack')} ${names.sort().join(', ')}`;
}

function processText({ command, pid }: LiveProcess): string {
  return pid === undefined ? `${command} in another PID namespace` : `${command}, process ${pid}`;
}
