// How the fields of a file are separated, told from its first lines.

import { type Options, parse } from 'csv-parse/sync';

/** What a parser has to know of a file. */
export interface CsvFormat {
  readonly delimiter: string;
  /** Whether lines that start with # are left out. */
  readonly hasComments: boolean;
  /** Whether lines end with CR alone. */
  readonly endsWithCr: boolean;
}

/** Longest row. A quote that is never closed reaches this limit. */
export const ROW_BYTES_MAX = 64 * 1024;

const DELIMITERS = [',', ';', '\t', '|'] as const;
const LINES_COUNTED = 30;
const QUOTED_FIELD = /"(?:[^"]|"")*"/g;
const SAMPLE_ROWS = 300;

/** The format of a file that starts with `head`. */
export function csvFormatOf(head: string): CsvFormat {
  const endsWithCr = !head.includes('\n') && head.includes('\r');
  const lines = head.split(endsWithCr ? '\r' : /\r?\n/);
  const hasComments = lines.some((line) => line.startsWith('#'));
  const counted = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).slice(0, LINES_COUNTED);
  const bare = counted.map((line) => line.replace(QUOTED_FIELD, ''));
  const scores = DELIMITERS.map((delimiter) => evenness(bare, delimiter));
  return { delimiter: DELIMITERS[scores.indexOf(Math.max(...scores))], hasComments, endsWithCr };
}

/** The first rows of a file, for its columns to be told from. */
export function sampleRows(head: string, format: CsvFormat): readonly (readonly string[])[] {
  const rows: string[][] = [];
  const keep = (row: string[]) => {
    rows.push(row);
    return null;
  };
  try {
    parse(head, { ...parserOptions(format), on_record: keep, to: SAMPLE_ROWS });
  } catch {
    // A quote that is never closed: the reader of the whole file names its row.
  }
  return rows;
}

/** The options of csv-parse that both the sample and the whole file are read with. */
export function parserOptions({ delimiter, hasComments, endsWithCr }: CsvFormat): Options {
  return {
    bom: true,
    delimiter,
    max_record_size: ROW_BYTES_MAX,
    record_delimiter: endsWithCr ? ['\r'] : ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    trim: true,
    ...(hasComments && { comment: '#', comment_no_infix: true }),
  };
}

/** How many fields a delimiter makes in how many lines, if it makes the same number in most of them. */
function evenness(lines: readonly string[], delimiter: string): number {
  const counts = new Map<number, number>();
  for (const line of lines) {
    const count = line.split(delimiter).length - 1;
    counts.set(count, (counts.get(count) ?? 0) + 1);
  }
  return Math.max(0, ...[...counts].map(([count, times]) => count * times));
}
