// Reads the rows of a CSV file as a stream, one block at a time, in constant memory.

import { CsvError, type Parser, parse } from 'csv-parse';
import { type CsvFormat, csvFormatOf, parserOptions } from './dialect/csv-format.ts';
import { FeedFileError } from './feed-errors.ts';
import { TextInput } from './text-input.ts';

/** The fields of a row, trimmed. A row may have fewer or more fields than the header. */
export type CsvRow = readonly string[];

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** An open CSV file. */
export class CsvFile {
  readonly path: string;
  readonly input: TextInput;
  readonly format: CsvFormat;
  /** The line on which each row of the block that rows() gave last ends, from 1. */
  readonly lines: number[] = [];
  /** The last row, if no line end follows it: it may still be being written. Set when rows() has reached the end. */
  openRow: CsvRow | undefined;

  private constructor(input: TextInput) {
    this.input = input;
    this.path = input.path;
    this.format = csvFormatOf(input.head);
  }

  /** @throws FeedFileError if `path` cannot be opened, is not a regular file, or is empty; FileRefusedError */
  static async open(path: string): Promise<CsvFile> {
    return new CsvFile(await TextInput.open(path));
  }

  /**
   * All rows from the start of the file, in one array per block, which is reused. Blank lines are left out,
   * and so is a last row without a line end: see openRow.
   * @throws FeedFileError where the file is not CSV or cannot be read
   */
  async *rows(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    const rows: CsvRow[] = [];
    const { lines } = this;
    lines.length = 0;
    const parser = rowParser(rows, lines, this.format);
    let count = 0;
    let lastLine = 0;
    try {
      let lastByte = LINE_FEED;
      for await (const block of this.input.blocks()) {
        lastByte = block[block.length - 1];
        const fault = await write(parser, block).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        count += rows.length;
        lastLine = lines.at(-1) ?? lastLine;
        if (rows.length > 0) yield rows;
        rows.length = 0;
        lines.length = 0;
        if (fault !== undefined) throw fault;
      }
      await end(parser);
      const isOpen = lastByte !== LINE_FEED && !(this.format.endsWithCr && lastByte === CARRIAGE_RETURN);
      if (isOpen && !this.input.isPacked) this.openRow = rows.pop();
      if (rows.length > 0) yield rows;
    } catch (thrown) {
      throw this.#described(thrown, count, lastLine);
    } finally {
      parser.destroy();
    }
  }

  close(): Promise<void> {
    return this.input.close();
  }

  /** @param count rows before the fault, with those of the header */
  #described(thrown: unknown, count: number, lastLine: number): unknown {
    if (!(thrown instanceof CsvError)) return thrown;
    const isQuote = thrown.code === 'CSV_QUOTE_NOT_CLOSED' || thrown.code === 'CSV_MAX_RECORD_SIZE';
    const problem = isQuote
      ? `expected a closing quote for row ${count}, which starts on line ${lastLine + 1}, after ${count - 1} rows of data, ` +
        'and found none; everything from there on is left out: close the quote, or remove it'
      : `expected CSV; ${thrown.message}`;
    return new FeedFileError(this.path, problem, { cause: thrown });
  }
}

function rowParser(rows: CsvRow[], lines: number[], format: CsvFormat): Parser {
  const parser = parse({
    ...parserOptions(format),
    on_record: (row: string[], { lines: line }) => {
      rows.push(row);
      lines.push(line);
      // With nothing on the readable side, a write is complete once its rows are here.
      return null;
    },
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
