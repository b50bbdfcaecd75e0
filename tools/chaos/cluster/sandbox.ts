// Runs ./tickline chaos --cluster in namespaces of its own: for processes, mounts and the network. When the process inside dies,
// however it does, the kernel kills all that it started, and removes the links, mounts and files of /dev/shm.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NODE_FLAGS } from '../../../src/platform/node-flags.ts';
import { withoutNats } from '../../testing/nats-server.ts';

/** The folder of the run, which the process outside makes and removes. */
const FOLDER_VARIABLE = 'TICKLINE_CHAOS_FOLDER';
const NAMESPACES = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--mount-proc'];
/** Programs that the run needs besides. */
const PROGRAMS = ['unshare', 'nsenter', 'ip', 'mount', 'setpriv', 'cc'];
const STATUS_NOT_DONE = 1;

/** Why the run is not possible here; false where it is. */
export function withoutMachines(): string | false {
  const missing = PROGRAMS.filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0) return `not found: ${missing.join(', ')}`;
  const words = [...NAMESPACES, '--time', '--monotonic', '1', 'true'];
  if (spawnSync('unshare', words).status !== 0) return 'this user may not make namespaces: root may';
  return withoutNats();
}

/** Inside: the folder of the run; undefined outside. */
export function sandboxFolder(): string | undefined {
  return process.env[FOLDER_VARIABLE];
}

/** Inside: aborted also when the process outside has died. */
export function whenAbandoned(interrupted: AbortSignal): AbortSignal {
  const abandoned = new AbortController();
  process.once('disconnect', () => abandoned.abort());
  process.on('message', () => abandoned.abort());
  return AbortSignal.any([interrupted, abandoned.signal]);
}

/** Outside: starts this program again inside, waits for it, and removes its folder. Returns its exit status. */
export async function runInSandbox(interrupted: AbortSignal, keepFolder: boolean): Promise<number> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-cluster-'));
  const child = spawn(
    'unshare',
    [...NAMESPACES, '--kill-child', process.execPath, ...NODE_FLAGS, ...process.argv.slice(1)],
    {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, [FOLDER_VARIABLE]: folder, TMPDIR: folder }, // all stacks are in it
      detached: true, // Ctrl-C reaches this process only, which passes it on
    },
  );
  interrupted.addEventListener('abort', () => child.connected && child.send('stop'));
  process.once('exit', () => child.kill('SIGKILL'));
  const status = await new Promise<number>((resolve) => {
    child.once('error', () => resolve(STATUS_NOT_DONE));
    child.once('exit', (code) => resolve(code ?? STATUS_NOT_DONE));
  });
  const isKept = keepFolder || (status !== 0 && !interrupted.aborted);
  if (isKept) console.log(`the logs and records are in ${folder}`);
  else fs.rmSync(folder, { recursive: true, force: true });
  return status;
}
