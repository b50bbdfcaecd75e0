// The folders of runs: runs/<time>-<process id>, for each stack the newest ones, and a symlink `latest` to the last.

import fs from 'node:fs';
import path from 'node:path';
import { codeOf, messageOf, UsageError } from '../platform/errors.ts';
import { makeFolders } from '../platform/private-file.ts';
import { newRunName } from '../platform/run-id.ts';
import { outboxBeside, recordFile, recordIn, runsFolder } from './paths.ts';

const LATEST = 'latest';
const RUN_FOLDER = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d+$/;

/** The folder of a run cannot be made. */
export class RunFolderError extends UsageError {
  constructor(place: string, found: string, advice: string, cause?: unknown) {
    super(`cannot make a folder for this run: ${place} ${found}; ${advice}`, { cause });
  }
}

/** The files of a run. */
export interface RunFiles {
  readonly logDir: string;
  readonly ordersDb: string;
  readonly outbox: string;
}

/**
 * Makes a new folder for the files of a run, so that every run starts flat and none is overwritten, and points `latest`
 * to it. Files that `given` names stay where it says; if it names all, no folder is made.
 * @throws RunFolderError
 */
export function makeRunFiles(
  given: {
    readonly logDir?: string | undefined;
    readonly ordersDb?: string | undefined;
    readonly strategyName: string;
    readonly stack: string;
  },
  now = new Date(),
): RunFiles {
  const namesAll = given.logDir !== undefined && given.ordersDb !== undefined;
  const folder = namesAll ? '' : makeRunFolder(runsFolder(given.stack), now);
  const logDir = given.logDir ?? folder;
  const ordersDb = given.ordersDb ?? recordIn(folder);
  return { logDir, ordersDb, outbox: outboxBeside(ordersDb, given.strategyName) };
}

/** The record of the last run of a stack, in its own folder: the path stays valid when a newer run starts. */
export function recordOfLastRun(stack: string): string | undefined {
  const latest = path.join(runsFolder(stack), LATEST);
  return fs.existsSync(latest) ? recordIn(fs.realpathSync(latest)) : undefined;
}

/** The record to show when none is in use: that of the last run if it has one, else the default of an OrderManager. */
export function lastRecord(stack: string): string {
  const lastRun = recordOfLastRun(stack);
  return lastRun !== undefined && fs.existsSync(lastRun) ? lastRun : recordFile({ stack });
}

/**
 * Removes all run folders of a stack but the newest `keep`, the one that `latest` points to, and those in use.
 * @returns the names of the removed folders, and why others could not be removed
 */
export function removeOldRuns(
  stack: string,
  keep: number,
  isInUse: (folder: string) => boolean,
): { readonly removed: readonly string[]; readonly failures: readonly string[] } {
  const runs = runsFolder(stack);
  const removed: string[] = [];
  const failures: string[] = [];
  const names = fs.existsSync(runs) ? runFolders(runs) : [];
  for (const name of names.slice(keep)) {
    const folder = path.join(runs, name);
    if (isInUse(folder)) continue;
    try {
      fs.rmSync(folder, { recursive: true });
      removed.push(name);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  return { removed, failures };
}

/** Newest first, beginning with the one that `latest` points to. */
function runFolders(runs: string): string[] {
  const latest = latestOf(runs);
  const others = fs
    .readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && RUN_FOLDER.test(entry.name) && entry.name !== latest)
    .map(({ name }) => name)
    .sort()
    .reverse();
  return latest === undefined ? others : [latest, ...others];
}

function latestOf(runs: string): string | undefined {
  try {
    return path.basename(fs.readlinkSync(path.join(runs, LATEST)));
  } catch {
    return undefined;
  }
}

function makeRunFolder(runs: string, now: Date): string {
  const latest = path.join(runs, LATEST);
  const name = newRunName(now);
  try {
    requireSymlink(latest);
    makeFolders(path.join(runs, name));
    const link = path.join(runs, `${LATEST}.${process.pid}`);
    fs.rmSync(link, { force: true });
    fs.symlinkSync(name, link);
    fs.renameSync(link, latest);
    return path.join(runs, name);
  } catch (error) {
    if (error instanceof RunFolderError) throw error;
    const { found, advice } = obstacle(error);
    const inTheWay = codeOf(error) === 'ENOTDIR' ? fileAbove(runs) : runs;
    throw new RunFolderError(inTheWay, found, advice, error);
  }
}

/** The file where its path has a folder. */
function fileAbove(folder: string): string {
  let found = folder;
  while (!fs.existsSync(found) && found !== path.dirname(found)) found = path.dirname(found);
  return found;
}

function requireSymlink(latest: string): void {
  const found = fs.lstatSync(latest, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSymbolicLink())
    throw new RunFolderError(latest, 'is no symlink', 'move it away: it has to point to the last run');
}

function obstacle(error: unknown): { readonly found: string; readonly advice: string } {
  const elsewhere = 'or give --log-dir and --orders-db, which need no such folder';
  switch (codeOf(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return { found: 'is not a folder', advice: 'move that file away' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        found: `cannot be written (${codeOf(error)})`,
        advice: `start in a folder that you may write to, ${elsewhere}`,
      };
    default:
      return { found: `cannot be used (${messageOf(error)})`, advice: `check its disk, ${elsewhere}` };
  }
}
