// The bytes of a pipe: a FIFO, or standard input. It can be read once, and every wait for its writer has an end.

import { fstatSync, type Stats, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf } from '../../platform/errors.ts';
import { withTimeout } from '../../platform/timeout.ts';
import { descriptorOf, STANDARD_INPUT } from '../../settings/standard-input.ts';
import { FeedFileError } from './feed-errors.ts';

const BLOCK_BYTES = 16 * 1024;
/** How long a FIFO may be without a program that writes to it. */
const WRITER_PATIENCE_MS = 10_000;
/** How long a writer may send nothing before its first rows. */
const ROWS_PATIENCE_MS = 60_000;
/** After some rows a writer that sends nothing for this long has sent what there is for now. */
const QUIET_MS = 300;
const PAUSE_MIN_MS = 1;
const PAUSE_MAX_MS = 20;
const MS_PER_S = 1_000;

/** Whether a file is the end of a pipe, and not one that can be read again. */
export function isPipe(stat: Stats): boolean {
  return stat.isFIFO() || stat.isSocket();
}

/** @param why it cannot be read from a pipe, as a clause. @throws FeedFileError for a pipe */
export function refusePipe(path: string, why: string): void {
  if (isPipeAt(path)) throw new FeedFileError(path, why);
}

/** False if there is nothing at the path. */
export function isPipeAt(path: string): boolean {
  const stat = path === STANDARD_INPUT ? fstatSync(0) : statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && isPipe(stat);
}

/** For a Gateway that continues a killed one. @throws FeedFileError if that one has read from a pipe */
export function refuseReadPipe(path: string): void {
  refusePipe(
    path,
    'the Gateway that was killed has read from this pipe, and what it read cannot be read again; start the run again, or ' +
      'save the data to a file, from which a restarted Gateway continues',
  );
}

/**
 * The bytes of an open FIFO, as they come, until its writers have closed it or `signal` is aborted. Its descriptor does
 * not block, so no thread of the pool ever waits in it.
 * @throws FeedFileError if nobody writes to it within 10 s
 */
export async function* fifoBlocks(
  path: string,
  handle: FileHandle,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  const start = performance.now();
  // The writer of a nameless pipe was there before its reader.
  let hadWriter = descriptorOf(path) !== undefined;
  let pauseMs = PAUSE_MIN_MS;
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  while (!signal.aborted) {
    const count = await readNow(handle, block);
    if (count !== undefined && count > 0) {
      hadWriter = true;
      pauseMs = PAUSE_MIN_MS;
      yield block.subarray(0, count);
      block = Buffer.allocUnsafe(BLOCK_BYTES);
      continue;
    }
    if (count === undefined) hadWriter = true;
    else if (hadWriter) return;
    else if (performance.now() - start > WRITER_PATIENCE_MS)
      throw new FeedFileError(
        path,
        `expected a program that writes to this pipe, found none within ${WRITER_PATIENCE_MS / MS_PER_S} s; start it first`,
      );
    await pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
  }
}

/** Bytes read: 0 without a writer, undefined if its writer has sent nothing. */
async function readNow(handle: FileHandle, block: Buffer): Promise<number | undefined> {
  try {
    return (await handle.read(block, 0, block.length, null)).bytesRead;
  } catch (thrown) {
    if (codeOf(thrown) === 'EAGAIN') return undefined;
    throw thrown;
  }
}

/** The bytes of standard input, if it is a socket, which cannot be opened by its name. */
export async function* socketBlocks(signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const { stdin } = process;
  const end = () => stdin.destroy();
  signal.addEventListener('abort', end, { once: true });
  try {
    for await (const chunk of stdin as AsyncIterable<Buffer>)
      for (let at = 0; at < chunk.length; at += BLOCK_BYTES) yield chunk.subarray(at, at + BLOCK_BYTES);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** The start of a stream that can be read once, and all of it. */
export interface Started {
  readonly head: Buffer;
  readonly blocks: AsyncGenerator<Buffer, void, undefined>;
}

/**
 * Reads the start of a stream: `bytesMax` bytes, or what `isEnough` if no more comes for a moment.
 * @throws FeedFileError if that does not come within a minute
 */
export async function startedWith(
  path: string,
  stream: AsyncGenerator<Buffer, void, undefined>,
  bytesMax: number,
  isEnough: (head: Buffer) => boolean,
): Promise<Started> {
  const first: Buffer[] = [];
  let length = 0;
  let next = stream.next();
  while (length < bytesMax) {
    const enough = isEnough(Buffer.concat(first));
    const result = await withTimeout(next, enough ? QUIET_MS : ROWS_PATIENCE_MS);
    if (result === undefined && enough) break;
    if (result === undefined)
      throw new FeedFileError(
        path,
        `expected a header and a row within ${ROWS_PATIENCE_MS / MS_PER_S} s, found ${length} bytes; check the program that writes to the pipe`,
      );
    if (result.done) break;
    first.push(result.value);
    length += result.value.length;
    next = stream.next();
  }
  return { head: Buffer.concat(first).subarray(0, bytesMax), blocks: joined(first, next, stream) };
}

async function* joined(
  first: readonly Buffer[],
  next: Promise<IteratorResult<Buffer, void>>,
  stream: AsyncGenerator<Buffer, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* first;
  for (let result = await next; !result.done; result = await stream.next()) yield result.value;
}
