// News from a file of sentiments, given one after another, once or in a loop.

import { CsvFile, type CsvRow } from './csv-file.ts';
import { FeedFileError, quoted } from './feed-errors.ts';
import type { NewsFeed } from './news.ts';

/** Most sentiments in a file. They are kept in memory, one byte each. */
export const SENTIMENTS_MAX = 1_000_000;

const SENTIMENT_MAX = 100;
const SENTIMENT = /^\d{1,3}$/;

/**
 * The sentiments of a CSV file, from the column that the first row names `sentiment` (in any case), else from
 * its only column, which then has no header. A value that is not an integer from 0 to 100 is counted and
 * skipped.
 */
export class NewsFileFeed implements NewsFeed {
  /** Values that are not integers from 0 to 100. */
  readonly rejectedRows: number;
  /** The row that was skipped last, and why. */
  readonly lastRejection: string | undefined;
  readonly #news: FileNews;
  readonly #sentiments: Uint8Array;
  readonly #loop: boolean;
  #next = 0;
  #given = 0;

  /**
   * Reads the whole file.
   * @param settings `loop`: start again at the end; default false
   * @throws FeedFileError if the file does not exist, is not a regular file, is empty, has several columns of
   * which none is named `sentiment`, or has no valid value or more than 1,000,000
   */
  static async open(path: string, settings: { loop?: boolean } = {}): Promise<NewsFileFeed> {
    const file = await CsvFile.open(path);
    try {
      return new NewsFileFeed(await readSentiments(file), settings.loop ?? false);
    } finally {
      await file.close();
    }
  }

  private constructor(news: FileNews, loop: boolean) {
    this.#news = news;
    this.#sentiments = news.sentiments;
    this.rejectedRows = news.rejected;
    this.lastRejection = news.lastRejection;
    this.#loop = loop;
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
  readonly rejected: number;
  readonly lastRejection: string | undefined;
}

async function readSentiments(file: CsvFile): Promise<FileNews> {
  const sentiments = new Uint8Array(SENTIMENTS_MAX);
  let column: number | undefined;
  let count = 0;
  let rejected = 0;
  let row = 0;
  let lastRejection: string | undefined;
  for await (const rows of file.rows()) {
    for (const fields of rows) {
      row++;
      if (column === undefined) {
        const named = sentimentColumn(fields);
        column = named ?? onlyColumn(file.path, fields);
        if (named !== undefined) continue;
      }
      const text = fields[column] ?? '';
      const sentiment = sentimentOf(text);
      if (sentiment === undefined) {
        rejected++;
        lastRejection = `row ${row} has the sentiment ${quoted(text)}`;
      } else if (count < SENTIMENTS_MAX) sentiments[count++] = sentiment;
      else throw new FeedFileError(file.path, `expected at most ${SENTIMENTS_MAX} sentiments, found more`);
    }
  }
  if (file.openRow) {
    rejected++;
    lastRejection = `row ${row + 1}, the last one, has no line end: ${quoted(file.openRow.join(','))}`;
  }
  if (count > 0) return { sentiments: sentiments.slice(0, count), rejected, lastRejection };
  throw new FeedFileError(
    file.path,
    `expected integers from 0 to ${SENTIMENT_MAX}, found none in ${rejected} rows`,
  );
}

function sentimentColumn(header: CsvRow): number | undefined {
  const column = header.findIndex((name) => name.toLowerCase() === 'sentiment');
  return column === -1 ? undefined : column;
}

function onlyColumn(path: string, first: CsvRow): number {
  if (first.length === 1) return 0;
  const found = quoted(first.join(','));
  throw new FeedFileError(path, `expected a column named sentiment, or a single column, found ${found}`);
}

function sentimentOf(text: string): number | undefined {
  if (!SENTIMENT.test(text)) return undefined;
  const sentiment = Number(text);
  return sentiment <= SENTIMENT_MAX ? sentiment : undefined;
}
