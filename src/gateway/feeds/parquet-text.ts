// A Parquet file as the text of a CSV file, one row group at a time, so that it is understood like any other.

import type { FileHandle } from 'node:fs/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { AsyncBuffer, ColumnData, Compressors, FileMetaData, ParquetParsers } from 'hyparquet';
import { codeOf, messageOf, TicklineError } from '../../platform/errors.ts';
import { FeedFileError } from './feed-errors.ts';

const MAGIC = 'PAR1';
/** As in package.json. */
const PACKAGE = 'hyparquet@1.33.0';
/** Rows of a block: about 16 KiB. */
const BLOCK_ROWS = 400;
const ROW_GROUP_ROWS_MAX = 5_000_000;
/** pandas calls an index so that has no name. */
const NAMELESS_INDEX = /^__index_level_\d+__$/;
const NS_PER_MS = 1_000_000n;
const NS_PER_US = 1_000n;
const TO_QUOTE = /[",\r\n]/;

type Library = typeof import('hyparquet');
type Column = readonly ColumnData[];

/** What Node can unpack; snappy is part of the library. */
const COMPRESSORS: Compressors = {
  GZIP: (packed) => gunzipSync(packed),
  ZSTD: (packed) => zstdDecompressSync(packed),
  BROTLI: (packed) => brotliDecompressSync(packed),
};

/** Times keep their nanoseconds. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms) => isoText(ms * NS_PER_MS),
  timestampFromMicroseconds: (us) => isoText(us * NS_PER_US),
  timestampFromNanoseconds: isoText,
};

export function isParquet(start: Buffer): boolean {
  return start.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/** Its rows as CSV with a header. @throws FeedFileError if it cannot be read, or the package that reads it is missing */
export async function* parquetText(
  path: string,
  handle: FileHandle,
  bytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  const library = await loaded(path);
  const file = bufferOf(handle, bytes);
  try {
    const metadata = await library.parquetMetadataAsync(file);
    const names = library.parquetSchema(metadata).children.map(({ element }) => element.name);
    const order = names.toSorted((one, other) => rankOf(one) - rankOf(other));
    yield Buffer.from(
      `${order.map((name) => (NAMELESS_INDEX.test(name) ? '' : cellText(name))).join(',')}\n`,
    );
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      if (rowEnd - rowStart > ROW_GROUP_ROWS_MAX)
        throw new FeedFileError(
          path,
          `has ${num_rows} rows in one row group, expected at most ${ROW_GROUP_ROWS_MAX}; write smaller ones`,
        );
      yield* groupText(await columnsOf(library, file, metadata, rowStart, rowEnd), order, rowStart, rowEnd);
      rowStart = rowEnd;
    }
  } catch (thrown) {
    if (thrown instanceof TicklineError) throw thrown;
    throw new FeedFileError(path, `cannot be read as Parquet: ${messageOf(thrown)}`, { cause: thrown });
  }
}

async function loaded(path: string): Promise<Library> {
  try {
    return await import('hyparquet');
  } catch (thrown) {
    if (codeOf(thrown) !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw new FeedFileError(
      path,
      `is Parquet, and the optional package that reads it is not installed; run npm install --no-save ${PACKAGE} where Tickline is, ` +
        'or save the file as CSV: read_parquet(...).to_csv(...) in pandas',
      { cause: thrown },
    );
  }
}

function bufferOf(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const buffer = new ArrayBuffer(Math.max(0, end - start));
      const { bytesRead } = await handle.read(new Uint8Array(buffer), 0, buffer.byteLength, start);
      return buffer.slice(0, bytesRead);
    },
  };
}

/** An index comes first, as in a CSV file of pandas. */
function rankOf(name: string): number {
  return NAMELESS_INDEX.test(name) ? 0 : 1;
}

/** The parts of each column of one row group. */
async function columnsOf(
  { parquetRead }: Library,
  file: AsyncBuffer,
  metadata: FileMetaData,
  rowStart: number,
  rowEnd: number,
): Promise<ReadonlyMap<string, Column>> {
  const columns = new Map<string, ColumnData[]>();
  const onChunk = (part: ColumnData) =>
    columns.set(part.columnName, [...(columns.get(part.columnName) ?? []), part]);
  await parquetRead({
    file,
    metadata,
    rowStart,
    rowEnd,
    onChunk,
    compressors: COMPRESSORS,
    parsers: PARSERS,
  });
  return columns;
}

function* groupText(
  columns: ReadonlyMap<string, Column>,
  order: readonly string[],
  rowStart: number,
  rowEnd: number,
): Generator<Buffer, void, undefined> {
  const parts = order.map((name) => columns.get(name) ?? []);
  for (let from = rowStart; from < rowEnd; from += BLOCK_ROWS) {
    let text = '';
    for (let row = from; row < Math.min(from + BLOCK_ROWS, rowEnd); row++)
      text += `${parts.map((column) => cellText(valueAt(column, row))).join(',')}\n`;
    yield Buffer.from(text);
  }
}

function valueAt(column: Column, row: number): unknown {
  const part = column.find(({ rowStart, rowEnd }) => row >= rowStart && row < rowEnd);
  return part?.columnData[row - part.rowStart];
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text =
    value instanceof Date
      ? value.toISOString()
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);
  return TO_QUOTE.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `2024-01-31T09:30:00.123456789Z`. */
function isoText(ns: bigint): string {
  const ms = ns / NS_PER_MS - (ns % NS_PER_MS < 0n ? 1n : 0n);
  const seconds = new Date(Number(ms)).toISOString().slice(0, -1);
  return `${seconds}${String(ns - ms * NS_PER_MS).padStart(6, '0')}Z`;
}
