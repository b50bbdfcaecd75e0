// Whether anybody besides this user could change a file. A file of settings, code, prices or secrets that others can
// change would let them trade, or run their code.
//
// Trusted owners are this user, root, the owner of Tickline's own code, which runs already, and under sudo the user
// that called it. The folder counts as well, because whoever can write there can replace the file.

import fs, { type Stats } from 'node:fs';
import os from 'node:os';
import { UsageError } from './errors.ts';
import { PROJECT_ROOT } from './project-root.ts';

const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;
/** Only the owners of a folder and of a file can remove the file. */
const STICKY = 0o1000;

/** A file or folder, by its real path. */
export interface Place {
  readonly path: string;
  readonly stat: Stats;
}

/** A file that is not read. */
export class FileRefusedError extends UsageError {
  readonly found: string;
  readonly advice: string;

  constructor(file: string, found: string, advice: string) {
    super(`${file} is not read: found ${found}; ${advice}`);
    this.found = found;
    this.advice = advice;
  }
}

/** @throws FileRefusedError when others could change the file, or replace it */
export function requireTrusted(file: Place, folder: Place): void {
  for (const { path: place, stat } of [file, folder]) {
    const what = place === file.path ? 'a file' : `its folder ${place}`;
    if (!isTrustedOwner(stat.uid)) {
      const advice = `if you trust its content: chown ${process.geteuid?.()} ${place}`;
      throw new FileRefusedError(
        file.path,
        `${what} of user ${stat.uid}, expected one of this user or root`,
        advice,
      );
    }
    if (othersCanWrite(place, stat)) {
      const mode = (stat.mode & 0o7777).toString(8);
      const found = `${what} with mode ${mode}, which others can write`;
      throw new FileRefusedError(file.path, found, `check its content, then chmod go-w ${place}`);
    }
  }
}

/** Whether the user cannot do more than he already can, if Tickline trusts his files. */
export function isTrustedOwner(uid: number): boolean {
  const user = process.geteuid?.();
  if (uid === user || uid === 0 || uid === code().stat.uid) return true;
  return user === 0 && String(uid) === process.env.SUDO_UID;
}

function othersCanWrite(place: string, stat: Stats): boolean {
  if (stat.isDirectory() && (stat.mode & STICKY) !== 0) return false;
  let bits = stat.mode & (GROUP_WRITE | OTHERS_WRITE);
  if (isOwnGroup(stat.gid)) bits &= ~GROUP_WRITE;
  if (isBesideCode(place)) bits &= ~writersOfCode(stat.gid);
  return bits !== 0;
}

let codeFile: Place | undefined;

function code(): Place {
  const file = import.meta.filename;
  codeFile ??= { path: file, stat: fs.statSync(file) };
  return codeFile;
}

function isBesideCode(place: string): boolean {
  const root = fs.realpathSync(PROJECT_ROOT);
  return place === root || place.startsWith(`${root}/`);
}

/** Those who can write Tickline's code anyway, as in a checkout where every file has mode 777. */
function writersOfCode(gid: number): number {
  const { stat } = code();
  return stat.mode & (stat.gid === gid ? GROUP_WRITE | OTHERS_WRITE : OTHERS_WRITE);
}

const ownGroups = new Map<number, boolean>();

/** Whether this user is alone in the group, as with the private group that many systems give each user. */
function isOwnGroup(gid: number): boolean {
  const known = ownGroups.get(gid) ?? readsAsOwnGroup(gid);
  ownGroups.set(gid, known);
  return known;
}

function readsAsOwnGroup(gid: number): boolean {
  try {
    const { username } = os.userInfo();
    const groups = fs.readFileSync('/etc/group', 'utf8').split('\n');
    const [name, , , members = ''] =
      groups.find((line) => line.split(':')[2] === String(gid))?.split(':') ?? [];
    return name === username && (members === '' || members === username);
  } catch {
    return false;
  }
}
