// Where files go when nobody says: those of a process alone, and those of a run.

import fs from 'node:fs';
import path from 'node:path';

const LOG_FOLDER = 'logs';
const RECORD_FILE = 'orders.sqlite';
const OUTBOX_SUFFIX = '.outbox';
const RUNS_FOLDER = 'runs';
const LATEST = 'latest';
const OWNER_ONLY = 0o700;

/** The folder of a process's log. */
export function logFolder({ logDir }: { readonly logDir?: string | undefined }): string {
  return logDir ?? path.resolve(LOG_FOLDER);
}

/** The record that an OrderManager writes. */
export function recordFile({ ordersDb }: { readonly ordersDb?: string | undefined }): string {
  return ordersDb ?? path.resolve(RECORD_FILE);
}

/** Where a strategy keeps its orders until they are answered. */
export function outboxFile(settings: {
  readonly outbox?: string | undefined;
  readonly strategyName: string;
}): string {
  return settings.outbox ?? path.resolve(`${settings.strategyName}${OUTBOX_SUFFIX}`);
}

/** The record to look at: the one that was named, that of the last run, or that of an OrderManager alone. */
export function recordToShow({ ordersDb }: { readonly ordersDb?: string | undefined }): string {
  const ofLastRun = path.resolve(RUNS_FOLDER, LATEST, RECORD_FILE);
  return ordersDb ?? (fs.existsSync(ofLastRun) ? ofLastRun : path.resolve(RECORD_FILE));
}

/** The record of the last run, by a path that leads there also when there is a newer run. */
export function recordOfLastRun(): string | undefined {
  const latest = path.resolve(RUNS_FOLDER, LATEST);
  return fs.existsSync(latest) ? path.join(fs.realpathSync(latest), RECORD_FILE) : undefined;
}

/** The files of a run. */
export interface RunPlaces {
  readonly logDir: string;
  readonly ordersDb: string;
  /** Beside the record, and named after it: its orders belong into this record and no other. */
  readonly outbox: string;
}

/**
 * Where a run puts its files: a new folder, `runs/<time>`, so that every run starts flat and none is overwritten;
 * `runs/latest` leads to it. What is named on the command line goes where it says.
 */
export function runPlaces(
  given: {
    readonly logDir?: string | undefined;
    readonly ordersDb?: string | undefined;
    readonly strategyName: string;
  },
  now = new Date(),
): RunPlaces {
  const hasPlaces = given.logDir !== undefined && given.ordersDb !== undefined;
  const folder = hasPlaces ? '' : makeRunFolder(now);
  const logDir = given.logDir ?? folder;
  const ordersDb = given.ordersDb ?? path.join(folder, RECORD_FILE);
  return { logDir, ordersDb, outbox: `${ordersDb}.${given.strategyName}${OUTBOX_SUFFIX}` };
}

function makeRunFolder(now: Date): string {
  const name = `${now.toISOString().replaceAll(':', '-').replace(/\..*/, '')}-${process.pid}`;
  const folder = path.resolve(RUNS_FOLDER, name);
  fs.mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const link = path.resolve(RUNS_FOLDER, `${LATEST}.${process.pid}`);
  fs.rmSync(link, { force: true });
  fs.symlinkSync(name, link);
  fs.renameSync(link, path.resolve(RUNS_FOLDER, LATEST));
  return folder;
}
