// Reads the rows of a CSV file as a stream, one block at a time, in constant memory.

import { CsvError, type Parser, parse } from 'csv-parse';
import { counted } from '../../platform/counted.ts';
import { type CsvFormat, csvFormatOf, parserOptions } from './dialect/csv-format.ts';
import { FeedFileError } from './feed-errors.ts';
import { TextInput } from './text-input.ts';

/** The fields of a row, trimmed. A row may have fewer or more of them than the header. */
export type CsvRow = readonly string[];

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const QUOTE = 34;
/** The parser looks up to 3 bytes ahead, so it would keep the last row of a pipe until there are more. */
const LOOKAHEAD = 4;

/** An open CSV file. */
export class CsvFile {
  readonly path: string;
  readonly input: TextInput;
  readonly format: CsvFormat;
  /** The line on which each row of the block that rows() gave last ends, from 1. */
  readonly lines: number[] = [];
  /** The last row, if no line end follows it: it may still be being written. Set when rows() has reached the end. */
  openRow: CsvRow | undefined;
  /** Blank lines that were put behind the blocks of a pipe. */
  #blankLines = 0;

  private constructor(input: TextInput) {
    this.input = input;
    this.path = input.path;
    this.format = csvFormatOf(input.head);
  }

  /** As TextInput.open(). @throws FeedFileError, FileRefusedError */
  static async open(path: string, signal?: AbortSignal): Promise<CsvFile> {
    return new CsvFile(await TextInput.open(path, signal));
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
    this.#blankLines = 0;
    const parser = rowParser(this.format, (row, line) => {
      rows.push(row);
      lines.push(line - this.#blankLines);
    });
    const pushOut = this.input.isPipe ? this.#blankAfterRow() : () => undefined;
    let count = 0;
    let lastLine = 0;
    try {
      let lastByte = LINE_FEED;
      for await (const block of this.input.blocks()) {
        lastByte = block[block.length - 1];
        let fault = await faultOf(parser, block);
        const blank = pushOut(block);
        if (blank !== undefined) {
          fault ??= await faultOf(parser, blank);
          this.#blankLines += LOOKAHEAD; // no row comes between them
        }
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

  /**
   * Gives the blank lines that make the parser give out the last row of a block, if the block ends with a row: an even number of
   * quotes shows that it does not end within one.
   */
  #blankAfterRow(): (block: Buffer) => Buffer | undefined {
    const lineEnd = this.format.endsWithCr ? CARRIAGE_RETURN : LINE_FEED;
    const blank = Buffer.alloc(LOOKAHEAD, lineEnd);
    let quotes = 0;
    return (block) => {
      for (let at = block.indexOf(QUOTE); at !== -1; at = block.indexOf(QUOTE, at + 1)) quotes++;
      return block[block.length - 1] === lineEnd && quotes % 2 === 0 ? blank : undefined;
    };
  }

  close(): Promise<void> {
    return this.input.close();
  }

  /** @param count rows before the fault, with those of the header */
  #described(thrown: unknown, count: number, lastLine: number): unknown {
    if (!(thrown instanceof CsvError)) return thrown;
    const isQuote = thrown.code === 'CSV_QUOTE_NOT_CLOSED' || thrown.code === 'CSV_MAX_RECORD_SIZE';
    const problem = isQuote
      ? `expected a closing quote for row ${count}, which starts on line ${lastLine + 1}, after ${counted(count - 1, 'row')} of data, ` +
        'and found none; everything from there on is left out: close the quote, or remove it'
      : `expected CSV; ${thrown.message}`;
    return new FeedFileError(this.path, problem, { cause: thrown });
  }
}

function rowParser(format: CsvFormat, onRow: (row: CsvRow, line: number) => void): Parser {
  const parser = parse({
    ...parserOptions(format),
    on_record: (row: string[], { lines: line }) => {
      onRow(row, line);
      // With nothing on the readable side, a write is complete once its rows are here.
      return null;
    },
  });
  // Errors also reach the callbacks of `write` and `end`; without a listener the event would be thrown.
  parser.on('error', () => {});
  parser.resume();
  return parser;
}

function faultOf(parser: Parser, block: Buffer): Promise<unknown> {
  return new Promise((resolve) => {
    parser.write(block, (error) => resolve(error ?? undefined));
  });
}

function end(parser: Parser): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}
