// The text of a file, plain or compressed, in UTF-8 or UTF-16, one block at a time.

import { constants, fstatSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { codeOf, messageOf } from '../../platform/errors.ts';
import { requireTrustedFile } from '../../platform/small-file.ts';
import { descriptorOf, STANDARD_INPUT } from '../../settings/standard-input.ts';
import { FeedFileError } from './feed-errors.ts';
import { isParquet, parquetText } from './parquet-text.ts';
import { fifoBlocks, isPipe, socketBlocks, startedWith } from './pipe-input.ts';

// About 600 rows. Parsing them blocks the event loop for a millisecond.
const BLOCK_BYTES = 16 * 1024;

/** The start of a file, from which its format is told. */
const HEAD_BYTES = 64 * 1024;
/** From these the packing is told. */
const MAGIC_BYTES = 4;

type Packing = 'none' | 'gzip' | 'zstd' | 'parquet';
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Files that people give instead of one with commas, by their first bytes. */
const OTHER_FILES = [
  { start: [0x50, 0x4b, 3, 4], found: 'a zip archive or a spreadsheet; unpack it, or save the sheet as CSV' },
  { start: [0xd0, 0xcf, 0x11, 0xe0], found: 'an old spreadsheet; save the sheet as CSV' },
  { start: [0x42, 0x5a, 0x68], found: 'a bzip2 file; unpack it, or pack it with gzip' },
  { start: [0xfd, 0x37, 0x7a, 0x58], found: 'an xz file; unpack it, or pack it with gzip' },
] as const;

/** The bytes of an open file or pipe, as they are on the disk or in the pipe. */
interface Source {
  /** In blocks, from the start. A pipe has them once. */
  readonly blocks: () => AsyncGenerator<Buffer, void, undefined>;
  readonly isPipe: boolean;
  /** The file, which Parquet is read from at any place. */
  readonly file?: { readonly handle: FileHandle; readonly bytes: number };
  readonly close: () => Promise<void>;
}

/** What is known of a text before it is read. */
interface Start {
  readonly packing: Packing;
  readonly head: Buffer;
  /** Unpacked. */
  readonly blocks: () => AsyncGenerator<Buffer, void, undefined>;
}

/** An open file of text, or a pipe. */
export class TextInput {
  readonly path: string;
  /** Whether it can be read once only. */
  readonly isPipe: boolean;
  /** Whether the file says itself where it ends, so that its last line is whole without a line end. */
  readonly isPacked: boolean;
  /** The first 64 KiB of its text, or all of it; of a pipe what came first. */
  readonly head: string;
  readonly #source: Source;
  readonly #blocks: Start['blocks'];
  readonly #encoding: Encoding;

  private constructor(path: string, source: Source, { packing, head, blocks }: Start) {
    this.path = path;
    this.isPipe = source.isPipe;
    this.#source = source;
    this.#blocks = blocks;
    this.isPacked = packing !== 'none';
    this.#encoding = encodingOf(head);
    this.head = new TextDecoder(this.#encoding).decode(head);
  }

  /**
   * Opens a file, or waits for the first rows of a pipe.
   * @param signal aborts the wait, and ends the text of a pipe
   * @throws FeedFileError if `path` cannot be opened, is neither, is empty, or no row comes in time; FileRefusedError
   */
  static async open(path: string, signal?: AbortSignal): Promise<TextInput> {
    const source = await openSource(path, signal);
    try {
      return new TextInput(
        path,
        source,
        source.isPipe ? await pipeStart(path, source) : await fileStart(path, source),
      );
    } catch (thrown) {
      await source.close();
      throw described(path, thrown);
    }
  }

  /** All of its text in UTF-8, from the start; of a pipe once. @throws FeedFileError where it cannot be read or unpacked */
  async *blocks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      const bytes = this.#blocks();
      yield* this.#encoding === 'utf-8' ? bytes : inUtf8(bytes, this.#encoding);
    } catch (thrown) {
      throw described(this.path, thrown);
    }
  }

  /** Ends the text of a pipe that has not ended. May be called again. */
  close(): Promise<void> {
    return this.#source.close();
  }
}

async function openSource(path: string, signal: AbortSignal | undefined): Promise<Source> {
  if (path === STANDARD_INPUT && fstatSync(0).isSocket()) return pipeSource(path, undefined, signal);
  const handle = await openForReading(path);
  try {
    const stat = await handle.stat();
    if (isPipe(stat)) {
      if (descriptorOf(path) === undefined) requireTrustedFile(path, stat);
      return pipeSource(path, handle, signal);
    }
    requireRegularFile(path, stat);
    return {
      isPipe: false,
      blocks: () => plainBlocks(handle),
      file: { handle, bytes: stat.size },
      close: () => handle.close(),
    };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

/** @param handle undefined for standard input that is a socket */
function pipeSource(path: string, handle: FileHandle | undefined, signal: AbortSignal | undefined): Source {
  const closing = new AbortController();
  const over = AbortSignal.any([closing.signal, ...(signal === undefined ? [] : [signal])]);
  return {
    isPipe: true,
    blocks: () => (handle === undefined ? socketBlocks(over) : fifoBlocks(path, handle, over)),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      await handle?.close();
    },
  };
}

async function fileStart(path: string, { blocks, file }: Source): Promise<Start> {
  const start = await startOf(path, blocks());
  const packing = packingOf(path, start);
  if (packing === 'none') return { packing, head: start, blocks };
  const unpacked = () =>
    packing === 'parquet' && file !== undefined
      ? parquetText(path, file.handle, file.bytes)
      : unpackedBlocks(blocks(), packing);
  return { packing, head: await startOf(path, unpacked()), blocks: unpacked };
}

/** Few bytes tell how it is packed; then it waits for the first rows. */
async function pipeStart(path: string, source: Source): Promise<Start> {
  const raw = await startedWith(path, source.blocks(), MAGIC_BYTES, (head) => head.length >= MAGIC_BYTES);
  const packing = packingOf(path, raw.head);
  if (packing === 'parquet')
    throw new FeedFileError(
      path,
      'is Parquet, which is read from its end: it cannot come by a pipe; save it to a file',
    );
  const text = packing === 'none' ? raw.blocks : unpackedBlocks(raw.blocks, packing);
  const { head, blocks } = await startedWith(path, text, HEAD_BYTES, hasRows);
  if (head.length === 0) throw emptyFile(path);
  return { packing, head, blocks: () => blocks };
}

/** Whether a text has a header and two rows, in any encoding. */
function hasRows(head: Buffer): boolean {
  return (head.toString('latin1').match(/^\0?[^#\0\r\n].*[\r\n]/gm)?.length ?? 0) >= 3;
}

function described(path: string, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === undefined) return thrown;
  const problem = /^Z_|^ZSTD|^ERR_ZSTD/.test(code)
    ? `expected a whole compressed file, found one that is cut or damaged (${messageOf(thrown)})`
    : `cannot be read: ${messageOf(thrown)}`;
  return new FeedFileError(path, problem, { cause: thrown });
}

function requireRegularFile(path: string, stat: Stats): void {
  if (stat.isDirectory()) throw new FeedFileError(path, 'expected a CSV file, found a directory');
  if (!stat.isFile()) throw new FeedFileError(path, 'expected a CSV file, found a device or a terminal');
  if (stat.size === 0) throw emptyFile(path);
  requireTrustedFile(path, stat);
}

function emptyFile(path: string): FeedFileError {
  return new FeedFileError(path, 'expected a CSV file with a header, found an empty file');
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

/** The first 64 KiB. What comes before a fault is a start too. */
async function startOf(path: string, blocks: AsyncGenerator<Buffer, void, undefined>): Promise<Buffer> {
  const first: Buffer[] = [];
  let length = 0;
  try {
    for await (const block of blocks) {
      first.push(block);
      length += block.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch (thrown) {
    if (length === 0) throw thrown;
  }
  if (length === 0) throw emptyFile(path);
  return Buffer.concat(first).subarray(0, HEAD_BYTES);
}

/** @throws FeedFileError for a file that is no text */
function packingOf(path: string, start: Buffer): Packing {
  const other = OTHER_FILES.find(({ start: bytes }) => bytes.every((byte, i) => start[i] === byte));
  if (other !== undefined) throw new FeedFileError(path, `expected a CSV file, found ${other.found}`);
  if (isParquet(start)) return 'parquet';
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  return start.length >= MAGIC_BYTES && start.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none';
}

/** By its byte order mark, or by the zero bytes of ASCII text in UTF-16. */
function encodingOf(head: Buffer): Encoding {
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] !== 0 && head[1] === 0 && head[3] === 0))
    return 'utf-16le';
  if ((head[0] === 0xfe && head[1] === 0xff) || (head[0] === 0 && head[1] !== 0 && head[2] === 0))
    return 'utf-16be';
  return 'utf-8';
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
  blocks: AsyncGenerator<Buffer, void, undefined>,
  packing: Packing,
): AsyncGenerator<Buffer, void, undefined> {
  const packed = Readable.from(blocks, { objectMode: false });
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
