// Finds, creates, checks, locks and removes the file of an order lane: /dev/shm/tickline-<stack>.<strategy>-<id>.lane.
//
// The strategy creates the file and holds its lock for life. It names the lane in its logon; the OrderManager makes the
// path itself, from its own stack and the name that logged on, and compares the key in the file.

import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { isRangeLocked, lockRange, mapShared, PosixError } from '@tickline/posix';
import { bookPath, WRITER_RANGE } from '@tickline/price-book';
import { codeOf, messageOf } from '../platform/errors.ts';
import { closeSharedFile, createSharedFile, strangeFile } from '../platform/shared-file.ts';
import { LaneInUseError, LaneOpenError, NotALaneError } from './errors.ts';
import { LaneMemory } from './lane-memory.ts';
import { KEY_BYTES, LANE_BYTES, LANE_HEADER, LANE_MAGIC, LANE_ORDERS, LANE_VERSION } from './layout.ts';

const { O_RDONLY, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
const SUFFIX = '.lane';
const ID_CHARACTERS = 8;
const { at } = LANE_HEADER;

/** An open lane. */
export interface LaneFile {
  readonly path: string;
  readonly fd: number;
  readonly inode: number;
  readonly memory: LaneMemory;
  readonly key: string;
}

/** Tells lanes of one stack and strategy apart: the orders in a lane belong to the record that `outbox` belongs to. */
export function laneId(outbox: string): string {
  return createHash('sha256').update(outbox).digest('hex').slice(0, ID_CHARACTERS);
}

export function lanePath(stack: string, strategy: string, id: string): string {
  return `${bookPath(stack)}.${strategy}-${id}${SUFFIX}`;
}

/** Whether this file of /dev/shm is a lane, by its name. */
export function isLaneFile(path: string): boolean {
  return path.endsWith(SUFFIX);
}

/**
 * Opens and maps an existing lane; undefined if there is none. Of one that was cut, what is left is copied.
 * @throws LaneOpenError, NotALaneError
 */
export function openLane(path: string, writable = true): LaneFile | undefined {
  const fd = openExisting(path, writable ? O_RDWR : O_RDONLY);
  if (fd === undefined) return undefined;
  try {
    const stat = fs.fstatSync(fd);
    requireOwn(path, stat);
    const key = checkedKey(path, fd);
    const isCut = stat.size < LANE_BYTES;
    const memory = isCut ? copyOf(fd) : new LaneMemory(mapShared(fd, LANE_BYTES, writable));
    return { path, fd, inode: stat.ino, memory, key };
  } catch (error) {
    fs.closeSync(fd);
    throw asLaneError(path, error);
  }
}

/**
 * Creates a lane under another name, complete and locked, and links it to its name last. Undefined if the name is taken.
 * @throws LaneOpenError
 */
export function createLane(path: string): LaneFile | undefined {
  const key = randomBytes(KEY_BYTES / 2).toString('hex');
  try {
    const created = createSharedFile(path, LANE_BYTES, (buffer) => writeHeader(new LaneMemory(buffer), key));
    return created && { ...created, memory: new LaneMemory(created.buffer), key };
  } catch (error) {
    throw asLaneError(path, error);
  }
}

/** Takes the lock of the strategy. @throws LaneInUseError, LaneOpenError */
export function lockLane({ path, fd }: LaneFile): void {
  let isLocked: boolean;
  try {
    isLocked = lockRange(fd, WRITER_RANGE, 'exclusive');
  } catch (error) {
    throw asLaneError(path, error);
  }
  if (!isLocked) throw new LaneInUseError(path);
}

/** Whether another process, the strategy, holds the lock. @throws LaneOpenError */
export function isLaneHeld({ path, fd }: LaneFile): boolean {
  try {
    return isRangeLocked(fd, WRITER_RANGE);
  } catch (error) {
    throw asLaneError(path, error);
  }
}

/** Releases the lock, the file and the memory. @param remove the file too, if it still has its name */
export function closeLane(lane: LaneFile, remove = false): void {
  const { memory } = lane;
  closeSharedFile({ ...lane, buffer: memory.bytes.buffer }, remove && laneFault(lane) === undefined);
}

/** What another program did to the file since it was opened; undefined if nothing. One system call: it precedes every order. */
export function laneFault({ path, inode }: Pick<LaneFile, 'path' | 'inode'>): LaneFault | undefined {
  const named = fs.lstatSync(path, { throwIfNoEntry: false });
  if (named === undefined) return 'removed or moved';
  if (named.ino !== inode) return 'replaced';
  return named.size < LANE_BYTES ? 'cut' : undefined;
}

export type LaneFault = 'removed or moved' | 'replaced' | 'cut';

function openExisting(path: string, flags: number): number | undefined {
  try {
    return fs.openSync(path, flags | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    const stat = fs.lstatSync(path, { throwIfNoEntry: false });
    const found = code === 'ELOOP' ? 'it is a symlink' : stat && strangeFile(stat);
    throw new LaneOpenError(path, found ?? messageOf(error), { cause: error });
  }
}

function requireOwn(path: string, stat: fs.Stats): void {
  const fault = strangeFile(stat);
  if (fault !== undefined) throw new LaneOpenError(path, fault);
}

/** The key in the header of a lane. Reads the file instead of mapping it, because it may be short. @throws NotALaneError */
function checkedKey(path: string, fd: number): string {
  const bytes = Buffer.alloc(LANE_HEADER.bytes);
  const read = fs.readSync(fd, bytes, 0, bytes.length, 0);
  if (read < bytes.length) throw new NotALaneError(path, `${read} bytes, less than a header`);
  const magic = bytes.toString('latin1', at.magic, at.magic + LANE_MAGIC.length);
  if (magic !== LANE_MAGIC) throw new NotALaneError(path, 'something else');
  const version = bytes.readUInt32LE(at.layoutVersion);
  if (version !== LANE_VERSION)
    throw new NotALaneError(path, `layout version ${version}, not ${LANE_VERSION}`);
  const capacity = bytes.readUInt32LE(at.capacity);
  const total = Number(bytes.readBigUInt64LE(at.totalBytes));
  if (capacity !== LANE_ORDERS || total !== LANE_BYTES)
    throw new NotALaneError(path, `a lane of ${capacity} orders in ${total} bytes`);
  return bytes.toString('latin1', at.key, at.key + KEY_BYTES);
}

function writeHeader(memory: LaneMemory, key: string): void {
  memory.writeText(at.magic, LANE_MAGIC.length, LANE_MAGIC);
  memory.storeU32(at.layoutVersion, LANE_VERSION);
  memory.storeU32(at.capacity, LANE_ORDERS);
  memory.storeU64(at.totalBytes, LANE_BYTES);
  memory.writeText(at.key, KEY_BYTES, key);
}

/** What is left of a file that was cut, in memory of its own: mapped, its end would kill the process. */
function copyOf(fd: number): LaneMemory {
  const bytes = new Uint8Array(LANE_BYTES);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  return new LaneMemory(bytes.buffer);
}

function asLaneError(path: string, thrown: unknown): unknown {
  const isSystem = thrown instanceof PosixError || codeOf(thrown) !== undefined;
  return isSystem ? new LaneOpenError(path, messageOf(thrown), { cause: thrown }) : thrown;
}
