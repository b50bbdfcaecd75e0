// Which processes of Tickline run, by one locked file per process. The kernel drops the lock when the process dies, however
// it dies, and knows the lock across PID namespaces, so a file that exists means nothing without its lock.
//
//    /dev/shm/tickline.<user id>/        mode 0700
//      b.order-manager.1a2b3c4d          JSON: stack, command, process id, ports, record

import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isRangeLocked, lockRange } from '@tickline/posix';
import { codeOf } from './errors.ts';
import { FILE_MODE } from './private-file.ts';
import { type Folders, withLockedFolders } from './registry-folder.ts';

/** A byte beyond every content. Its lock means that the process lives. */
const LIFE_RANGE = { start: 2 ** 50, length: 1 };
const CHECK_MS = 1_000;
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** What a process reports about itself. */
export interface ProcessDetails {
  readonly stack: string;
  readonly command: string;
  /** By what they carry: prices, news, orders, dashboard. 0 is a port that the system has yet to choose. */
  readonly ports: Readonly<Record<string, number>>;
  /** The order record that it writes, or that the processes of its run write. */
  readonly record?: string | undefined;
  /** The NATS servers of its cluster, with commas between them. */
  readonly nats?: string | undefined;
  /** The one of them that it is connected to. */
  readonly natsServer?: string | undefined;
  readonly logDir?: string | undefined;
}

/** A process that lives. */
export interface LiveProcess extends ProcessDetails {
  /** Undefined if it cannot be seen from the PID namespace of this process. */
  readonly pid: number | undefined;
  /** When it started: ISO 8601, UTC. */
  readonly since: string;
}

interface Entry extends ProcessDetails {
  readonly pid: number;
  readonly pidNamespace: string | undefined;
  readonly since: string;
}

/** The registry while no other process changes it. */
export interface Registry {
  /** The live processes, in the order of their start. Files of dead ones are removed. */
  processes(): LiveProcess[];
  /** Registers this process until it exits. */
  register(details: ProcessDetails): void;
}

/** Lets no other process register meanwhile: what `action` finds stays true until it returns. @throws ProcessRegistryError */
export function withRegistry<T>(action: (registry: Registry) => T): T {
  return withLockedFolders((folders) =>
    action({
      processes: () => processes(folders),
      register: (details) => register(folders, details),
    }),
  );
}

/** @throws ProcessRegistryError */
export function liveProcesses(): LiveProcess[] {
  return withRegistry((registry) => registry.processes());
}

/** Replaces the ports in the entry of this process, once the system has chosen them; nothing if it has no entry. */
export function updatePorts(ports: ProcessDetails['ports']): void {
  const known = registered?.entry.ports;
  if (known === undefined || Object.entries(ports).every(([name, port]) => known[name] === port)) return;
  update({ ports: { ...known, ...ports } });
}

/** Replaces the server in the entry of this process. @param natsServer undefined while it is not connected */
export function updateNatsServer(natsServer: string | undefined): void {
  update({ natsServer });
}

function update(changes: Partial<ProcessDetails>): void {
  const own = registered;
  if (own === undefined) return;
  const entry = { ...own.entry, ...changes };
  ignoringErrors(() =>
    withLockedFolders((folders) => {
      const file = create(folders, entry); // before the old one goes: /dev/shm may be full
      remove(own);
      registered = { ...file, entry };
    }),
  );
}

interface Registered {
  readonly file: string;
  readonly fd: number;
  readonly entry: Entry;
}

/** The entry of this process. */
let registered: Registered | undefined;

function register(folders: Folders, details: ProcessDetails): void {
  const entry: Entry = {
    ...details,
    pid: process.pid,
    pidNamespace: pidNamespace(),
    since: new Date().toISOString(),
  };
  registered = { ...create(folders, entry), entry };
  process.once('exit', () => {
    if (registered !== undefined) rmSync(registered.file, { force: true });
    ignoringErrors(() => withLockedFolders(() => {})); // removes the folder if this was the last entry
  });
  setInterval(() => ignoringErrors(repair), CHECK_MS).unref();
}

/** Somebody has removed the file. */
function repair(): void {
  const own = registered;
  if (own === undefined || fstatSync(own.fd).nlink > 0) return;
  closeSync(own.fd);
  registered = { ...withLockedFolders((folders) => create(folders, own.entry)), entry: own.entry };
}

function remove({ file, fd }: Registered): void {
  rmSync(file, { force: true });
  closeSync(fd);
}

/** Closed by the kernel when the process exits. */
function create([folder]: Folders, entry: Entry): { readonly file: string; readonly fd: number } {
  const file = join(folder, `${entry.stack}.${entry.command}.${randomBytes(4).toString('hex')}`);
  const fd = openSync(file, O_RDWR | O_CREAT | O_EXCL, FILE_MODE);
  try {
    lockRange(fd, LIFE_RANGE, 'exclusive');
    writeSync(fd, JSON.stringify(entry));
    return { file, fd };
  } catch (error) {
    rmSync(file, { force: true }); // /dev/shm is full
    closeSync(fd);
    throw error;
  }
}

function processes(folders: Folders): LiveProcess[] {
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files
    .flatMap((file) => liveProcess(file) ?? [])
    .sort((a, b) => (a.since < b.since ? -1 : Number(a.since > b.since)));
}

function liveProcess(file: string): LiveProcess | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (!isRangeLocked(fd, LIFE_RANGE)) {
      rmSync(file, { force: true });
      return undefined;
    }
    const { pidNamespace: itsNamespace, ...entry } = JSON.parse(readFileSync(fd, 'utf8')) as Entry;
    return { ...entry, pid: itsNamespace === pidNamespace() ? entry.pid : holderOf(file) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined; // it exited, or wrote nothing
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The process that has the file open, by its id in this PID namespace. */
function holderOf(file: string): number | undefined {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.find((pid) => pid !== process.pid && hasOpen(pid, file));
}

function hasOpen(pid: number, file: string): boolean {
  try {
    const descriptors = `/proc/${pid}/fd`;
    return readdirSync(descriptors).some((name) => readlinkSync(`${descriptors}/${name}`) === file);
  } catch {
    return false; // it has exited, or closed a descriptor, or belongs to another user
  }
}

function pidNamespace(): string | undefined {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return undefined;
  }
}

function ignoringErrors(action: () => void): void {
  try {
    action();
  } catch {
    // another process uses the folder, or has removed it
  }
}
