// Reads a CSV file as a stream, one block of rows at a time, in constant memory.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CsvError, type Parser, parse } from 'csv-parse';
import { codeOf, messageOf } from '../../platform/errors.ts';
import { requireTrustedFile } from '../../platform/small-file.ts';
import { FeedFileError } from './feed-errors.ts';

/** The fields of a row, trimmed. A row may have fewer or more fields than the header. */
export type CsvRow = readonly string[];

// About 600 rows. Parsing them blocks the event loop for a millisecond.
const BLOCK_BYTES = 16 * 1024;

const LINE_FEED = 10;

/** Longest row. A quote that is never closed reaches this limit. */
const ROW_BYTES_MAX = 64 * 1024;

/** An open CSV file: comma, double quotes, LF or CRLF, with or without a byte order mark. */
export class CsvFile {
  readonly path: string;
  /** The last row, if no line end follows it: it may still be being written. Set when rows() has reached the end. */
  openRow: CsvRow | undefined;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** @throws FeedFileError if `path` cannot be opened, is not a regular file, or is empty; FileRefusedError */
  static async open(path: string): Promise<CsvFile> {
    const handle = await openRegularFile(path);
    return new CsvFile(path, handle);
  }

  /**
   * All rows from the start of the file, in one array per block, which is reused. Blank lines are left out,
   * and so is a last row without a line end: see openRow.
   * @throws FeedFileError where the file is not CSV or cannot be read
   */
  async *rows(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    const rows: CsvRow[] = [];
    const parser = rowParser(rows);
    try {
      let lastByte = LINE_FEED;
      for (let position = 0; ; ) {
        // Not reused: the parser keeps the bytes of a row that continues in the next block.
        const block = Buffer.allocUnsafe(BLOCK_BYTES);
        const { bytesRead } = await this.#handle.read(block, 0, BLOCK_BYTES, position);
        position += bytesRead;
        if (bytesRead > 0) lastByte = block[bytesRead - 1];
        await (bytesRead > 0 ? write(parser, block.subarray(0, bytesRead)) : end(parser));
        if (bytesRead === 0 && lastByte !== LINE_FEED) this.openRow = rows.pop();
        if (rows.length > 0) yield rows;
        rows.length = 0;
        if (bytesRead === 0) return;
      }
    } catch (thrown) {
      throw this.#described(thrown);
    } finally {
      parser.destroy();
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #described(thrown: unknown): unknown {
    if (thrown instanceof CsvError) {
      return new FeedFileError(this.path, `expected CSV; ${thrown.message}`, { cause: thrown });
    }
    if (codeOf(thrown) === undefined) return thrown;
    return new FeedFileError(this.path, `cannot be read: ${messageOf(thrown)}`, { cause: thrown });
  }
}

async function openRegularFile(path: string): Promise<FileHandle> {
  const handle = await openForReading(path);
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new FeedFileError(path, 'expected a CSV file, found a directory');
    if (!stat.isFile()) throw new FeedFileError(path, 'expected a CSV file, found a device, pipe or socket');
    if (stat.size === 0)
      throw new FeedFileError(path, 'expected a CSV file with a header, found an empty file');
    requireTrustedFile(path, stat);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
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

function rowParser(rows: CsvRow[]): Parser {
  const parser = parse({
    bom: true,
    max_record_size: ROW_BYTES_MAX,
    on_record: (row: string[]) => {
      rows.push(row);
      // With nothing on the readable side, a write is complete once its rows are here.
      return null;
    },
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
  });
  // Errors also reach the callbacks of `write` and `end`; without a listener the event would be thrown.
  parser.on('error', () => {});
  parser.resume();
  return parser;
}

function write(parser: Parser, block: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(block, (error) => (error ? reject(error) : resolve()));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}
