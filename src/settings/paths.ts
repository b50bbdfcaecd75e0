// Default paths of files: of a single process, and of a run.

import fs from 'node:fs';
import path from 'node:path';

const LOG_FOLDER = 'logs';
const RECORD_FILE = 'orders.sqlite';
const OUTBOX_SUFFIX = '.outbox';
const RUNS_FOLDER = 'runs';
const LATEST = 'latest';
const OWNER_ONLY = 0o700;

/** The folder of the logs. */
export function logFolder({ logDir }: { readonly logDir?: string | undefined }): string {
  return logDir ?? path.resolve(LOG_FOLDER);
}

/** The record that an OrderManager writes. */
export function recordFile({ ordersDb }: { readonly ordersDb?: string | undefined }): string {
  return ordersDb ?? path.resolve(RECORD_FILE);
}

/** The file in which a strategy keeps its orders until they are answered. */
export function outboxFile(settings: {
  readonly outbox?: string | undefined;
  readonly strategyName: string;
}): string {
  return settings.outbox ?? path.resolve(`${settings.strategyName}${OUTBOX_SUFFIX}`);
}

/**
 * The record to print: the one that --orders-db names, else that of the last run, else the default of an
 * OrderManager.
 */
export function recordToShow({ ordersDb }: { readonly ordersDb?: string | undefined }): string {
  const lastRun = path.resolve(RUNS_FOLDER, LATEST, RECORD_FILE);
  return ordersDb ?? (fs.existsSync(lastRun) ? lastRun : path.resolve(RECORD_FILE));
}

/** The record of the last run, in its own folder: the path stays valid when a newer run starts. */
export function recordOfLastRun(): string | undefined {
  const latest = path.resolve(RUNS_FOLDER, LATEST);
  return fs.existsSync(latest) ? path.join(fs.realpathSync(latest), RECORD_FILE) : undefined;
}

/** The files of a run. */
export interface RunFiles {
  readonly logDir: string;
  readonly ordersDb: string;
  /** Beside the record and named after it, because its orders belong to this record. */
  readonly outbox: string;
}

/**
 * Makes a new folder `runs/<time>-<process id>` for the files of a run, so that every run starts flat and
 * none is overwritten. `runs/latest` is a symlink to it. Files that `given` names stay where it says.
 */
export function makeRunFiles(
  given: {
    readonly logDir?: string | undefined;
    readonly ordersDb?: string | undefined;
    readonly strategyName: string;
  },
  now = new Date(),
): RunFiles {
  const namesAll = given.logDir !== undefined && given.ordersDb !== undefined;
  const folder = namesAll ? '' : makeRunFolder(now);
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
