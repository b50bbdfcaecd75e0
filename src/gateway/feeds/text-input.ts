// The text of a file, plain or compressed, in UTF-8 or UTF-16, one block at a time.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { codeOf, messageOf } from '../../platform/errors.ts';
import { requireTrustedFile } from '../../platform/small-file.ts';
import { FeedFileError } from './feed-errors.ts';

// About 600 rows. Parsing them blocks the event loop for a millisecond.
const BLOCK_BYTES = 16 * 1024;

/** The start of a file, from which its format is told. */
const HEAD_BYTES = 64 * 1024;

type Packing = 'none' | 'gzip' | 'zstd';
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Files that people give instead of one with commas, by their first bytes. */
const OTHER_FILES = [
  { start: [0x50, 0x4b, 3, 4], found: 'a zip archive or a spreadsheet; unpack it, or save the sheet as CSV' },
  {
    start: [0x50, 0x41, 0x52, 0x31],
    found: 'Parquet; convert it first, with pandas: read_parquet(...).to_csv(...)',
  },
  { start: [0xd0, 0xcf, 0x11, 0xe0], found: 'an old spreadsheet; save the sheet as CSV' },
  { start: [0x42, 0x5a, 0x68], found: 'a bzip2 file; unpack it, or pack it with gzip' },
  { start: [0xfd, 0x37, 0x7a, 0x58], found: 'an xz file; unpack it, or pack it with gzip' },
] as const;

/** An open file of text. */
export class TextInput {
  readonly path: string;
  /** Bytes of the file, as it is on the disk. */
  readonly bytes: number;
  /** Whether the file says itself where it ends, so that its last line is whole without a line end. */
  readonly isPacked: boolean;
  /** The first 64 KiB of its text, or all of it. */
  readonly head: string;
  readonly isHeadWhole: boolean;
  readonly #handle: FileHandle;
  readonly #packing: Packing;
  readonly #encoding: Encoding;

  private constructor(handle: FileHandle, path: string, bytes: number, packing: Packing, head: Buffer) {
    this.path = path;
    this.bytes = bytes;
    this.#handle = handle;
    this.#packing = packing;
    this.isPacked = packing !== 'none';
    this.#encoding = encodingOf(head);
    this.head = new TextDecoder(this.#encoding).decode(head);
    this.isHeadWhole = head.length < HEAD_BYTES;
  }

  /** @throws FeedFileError if `path` cannot be opened, is not a regular file, or is empty; FileRefusedError */
  static async open(path: string): Promise<TextInput> {
    const handle = await openForReading(path);
    try {
      const { size } = await requireRegularFile(path, handle);
      const start = await startOf(handle);
      const other = OTHER_FILES.find(({ start: bytes }) => bytes.every((byte, i) => start[i] === byte));
      if (other !== undefined) throw new FeedFileError(path, `expected a CSV file, found ${other.found}`);
      const packing = packingOf(start);
      const head = packing === 'none' ? start : await unpackedStart(path, handle, packing);
      return new TextInput(handle, path, size, packing, head);
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  /** All of its text in UTF-8, from the start. @throws FeedFileError where it cannot be read or unpacked */
  async *blocks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      const bytes =
        this.#packing === 'none' ? plainBlocks(this.#handle) : unpackedBlocks(this.#handle, this.#packing);
      yield* this.#encoding === 'utf-8' ? bytes : inUtf8(bytes, this.#encoding);
    } catch (thrown) {
      throw described(this.path, thrown);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function described(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const problem = /^Z_|^ZSTD|^ERR_ZSTD/.test(code)
    ? `expected a whole compressed file, found one that is cut or damaged (${messageOf(thrown)})`
    : `cannot be read: ${messageOf(thrown)}`;
  return new FeedFileError(path, problem, { cause: thrown });
}

async function requireRegularFile(path: string, handle: FileHandle): Promise<{ size: number }> {
  const stat = await handle.stat();
  if (stat.isDirectory()) throw new FeedFileError(path, 'expected a CSV file, found a directory');
  if (!stat.isFile()) throw new FeedFileError(path, 'expected a CSV file, found a device, pipe or socket');
  if (stat.size === 0)
    throw new FeedFileError(path, 'expected a CSV file with a header, found an empty file');
  requireTrustedFile(path, stat);
  return stat;
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    // Non-blocking: without it the open would wait for the writer of a pipe.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    const problem = codeOf(thrown) === 'ENOENT' ? 'no such file' : `cannot be opened: ${messageOf(thrown)}`;
    throw new FeedFileError(path, problem, { cause: thrown });
  }
}

async function startOf(handle: FileHandle): Promise<Buffer> {
  const start = Buffer.alloc(HEAD_BYTES);
  let length = 0;
  for (let read = -1; read !== 0 && length < HEAD_BYTES; length += read)
    read = (await handle.read(start, length, HEAD_BYTES - length, length)).bytesRead;
  return start.subarray(0, length);
}

function packingOf(start: Buffer): Packing {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** By its byte order mark, or by the zero bytes of ASCII text in UTF-16. */
function encodingOf(head: Buffer): Encoding {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] !== 0 && head[1] === 0 && head[3] === 0))
    return 'utf-16le';
  if ((head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && head[1] !== 0 && head[2] === 0))
    return 'utf-16be';
  return 'utf-8';
}

async function unpackedStart(path: string, handle: FileHandle, packing: Packing): Promise<Buffer> {
  const blocks: Buffer[] = [];
  let length = 0;
  try {
    for await (const block of unpackedBlocks(handle, packing)) {
      blocks.push(block);
      length += block.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (thrown) {
    if (length === 0) throw described(path, thrown);
  }
  if (length === 0) throw new FeedFileError(path, 'expected a CSV file with a header, found an empty file');
  return Buffer.concat(blocks).subarray(0, HEAD_BYTES);
}

async function* plainBlocks(handle: FileHandle): AsyncGenerator<Buffer, void, undefined> {
  for (let position = 0; ; ) {
    // Not reused: the parser keeps the bytes of a row that continues in the next block.
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    const { bytesRead } = await handle.read(block, 0, BLOCK_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield block.subarray(0, bytesRead);
  }
}

async function* unpackedBlocks(
  handle: FileHandle,
  packing: Packing,
): AsyncGenerator<Buffer, void, undefined> {
  const packed = Readable.from(plainBlocks(handle), { objectMode: false });
  const unpacker = packing === 'gzip' ? createGunzip() : createZstdDecompress();
  packed.on('error', (error) => unpacker.destroy(error));
  packed.pipe(unpacker);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += BLOCK_BYTES) yield chunk.subarray(at, at + BLOCK_BYTES);
    }
  } finally {
    packed.destroy();
  }
}

async function* inUtf8(
  blocks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new TextDecoder(encoding);
  for await (const block of blocks) {
    const text = decoder.decode(block, { stream: true });
    if (text !== '') yield Buffer.from(text);
  }
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}
