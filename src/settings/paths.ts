// Default paths of files: of a single process, and of the folders of runs. Each stack has its own.

import path from 'node:path';
import { DEFAULT_STACK } from './options/general.ts';

const RECORD = 'orders';
const RECORD_SUFFIX = '.sqlite';
const OUTBOX_SUFFIX = '.outbox';

/** The folder of the logs: `logs`, or `logs/<stack>`. */
export function logFolder({
  logDir,
  stack,
}: {
  readonly logDir?: string | undefined;
  readonly stack: string;
}): string {
  return logDir ?? path.resolve('logs', ofStack(stack));
}

/** The record that an OrderManager writes: `orders.sqlite`, or `orders.<stack>.sqlite`. */
export function recordFile({
  ordersDb,
  stack,
}: {
  readonly ordersDb?: string | undefined;
  readonly stack: string;
}): string {
  return ordersDb ?? path.resolve(named(RECORD, stack, RECORD_SUFFIX));
}

/** The file in which a strategy keeps its orders until they are answered: `<strategy>.outbox`, or `<strategy>.<stack>.outbox`. */
export function outboxFile(settings: {
  readonly outbox?: string | undefined;
  readonly strategyName: string;
  readonly stack: string;
}): string {
  return settings.outbox ?? path.resolve(named(settings.strategyName, settings.stack, OUTBOX_SUFFIX));
}

/** The folder of the run folders: `runs`, or `runs/<stack>`. */
export function runsFolder(stack: string): string {
  return path.resolve('runs', ofStack(stack));
}

/** The record in the folder of a run. */
export function recordIn(runFolder: string): string {
  return path.join(runFolder, `${RECORD}${RECORD_SUFFIX}`);
}

/** Beside the record and named after it, because its orders belong to this record. */
export function outboxBeside(record: string, strategyName: string): string {
  return `${record}.${strategyName}${OUTBOX_SUFFIX}`;
}

function ofStack(stack: string): string {
  return stack === DEFAULT_STACK ? '' : stack;
}

function named(name: string, stack: string, suffix: string): string {
  return stack === DEFAULT_STACK ? `${name}${suffix}` : `${name}.${stack}${suffix}`;
}
