// News from a file of sentiments, given one after another, once or in a loop.

import { counted } from '../../platform/counted.ts';
import type { NewsScale } from '../../settings/feed-types.ts';
import { CsvFile, type CsvRow } from './csv-file.ts';
import { placeOf, SENTIMENT_NAMES } from './dialect/column-names.ts';
import { FeedFileError, quoted } from './feed-errors.ts';
import type { NewsFeed } from './news.ts';
import { readSentiment } from './sentiment.ts';
import { NO_LINE_END, type Skip, Skips } from './skips.ts';

/** Most sentiments in a file. They are kept in memory, one byte each. */
export const SENTIMENTS_MAX = 1_000_000;

export interface NewsFileSettings {
  /** Start again at the end. Default: no. */
  readonly loop?: boolean;
  /** What the values range over. Default: 0..100. */
  readonly scale?: NewsScale;
}

/**
 * The sentiments of a CSV file, from the column with the most usual name that its first row has, else from its only
 * column, which then has no header. A value that readSentiment() refuses is counted and skipped.
 */
export class NewsFileFeed implements NewsFeed {
  readonly rejectedRows: number;
  readonly skips: readonly Skip[];
  /** For the log: the column that was read. */
  readonly about: string;
  readonly #news: FileNews;
  readonly #sentiments: Uint8Array;
  readonly #loop: boolean;
  #next = 0;
  #given = 0;

  /**
   * Reads the whole file.
   * @throws FeedFileError if the file does not exist, is not a regular file, is empty, has several columns of
   * which none has a usual name, or has no valid value or more than 1,000,000
   */
  static async open(
    path: string,
    { loop = false, scale = '0..100' }: NewsFileSettings = {},
  ): Promise<NewsFileFeed> {
    const file = await CsvFile.open(path);
    try {
      return new NewsFileFeed(await readSentiments(file, scale), loop);
    } finally {
      await file.close();
    }
  }

  private constructor(news: FileNews, loop: boolean) {
    this.#news = news;
    this.#sentiments = news.sentiments;
    this.rejectedRows = news.skips.count;
    this.skips = news.skips.all;
    this.about = news.about;
    this.#loop = loop;
  }

  /** Sentiments in the file. */
  get count(): number {
    return this.#sentiments.length;
  }

  get given(): number {
    return this.#given;
  }

  again(): NewsFileFeed {
    return new NewsFileFeed(this.#news, this.#loop);
  }

  get ended(): boolean {
    return this.#next === this.#sentiments.length;
  }

  next(): number | undefined {
    if (this.ended) return undefined;
    const sentiment = this.#sentiments[this.#next++];
    this.#given++;
    if (this.#loop && this.ended) this.#next = 0;
    return sentiment;
  }
}

interface FileNews {
  readonly sentiments: Uint8Array;
  readonly skips: Skips;
  readonly about: string;
}

async function readSentiments(file: CsvFile, scale: NewsScale): Promise<FileNews> {
  const sentiments = new Uint8Array(SENTIMENTS_MAX);
  const skips = new Skips();
  let column: NewsColumn | undefined;
  let count = 0;
  let row = 0;
  let line = 0;
  for await (const rows of file.rows()) {
    for (const [i, fields] of rows.entries()) {
      line = file.lines[i];
      if (column === undefined) {
        column = columnOf(file.path, fields);
        if (column.isHeader) continue;
      }
      row++;
      const text = fields[column.place] ?? '';
      const value = readSentiment(text, scale);
      if (typeof value !== 'number') skips.add(value, { row, line }, text);
      else if (count < SENTIMENTS_MAX) sentiments[count++] = value;
      else throw new FeedFileError(file.path, `expected at most ${SENTIMENTS_MAX} sentiments, found more`);
    }
  }
  if (file.openRow) skips.add(NO_LINE_END, { row: row + 1, line: line + 1 }, file.openRow.join(','));
  if (count > 0) return { sentiments: sentiments.slice(0, count), skips, about: column?.about ?? '' };
  const first = skips.first === undefined ? '' : `; ${skips.first.first}`;
  throw new FeedFileError(
    file.path,
    `expected sentiments from ${scale.replace('..', ' to ')}, found none in ${counted(skips.count, 'row')}${first}`,
  );
}

interface NewsColumn {
  readonly place: number;
  /** Whether the first row names it, and is no data. */
  readonly isHeader: boolean;
  readonly about: string;
}

function columnOf(path: string, first: CsvRow): NewsColumn {
  const place = placeOf(first, SENTIMENT_NAMES);
  if (place !== -1) return { place, isHeader: true, about: `sentiment in ${quoted(first[place])}` };
  if (first.length === 1) return { place: 0, isHeader: false, about: 'one column without a header' };
  const found = quoted(first.join(','));
  throw new FeedFileError(
    path,
    `expected a column named sentiment or score, or a single column, found ${found}`,
  );
}
