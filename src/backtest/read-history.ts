// Reads what a run would replay: the same rows of the file, and the same news before the same ticks.

import type { Dialect } from '../gateway/feeds/dialect/dialect.ts';
import { closingNotices, orderNotice } from '../gateway/feeds/file-notices.ts';
import type { NewsFeed } from '../gateway/feeds/news.ts';
import { openNews } from '../gateway/feeds/open-news.ts';
import { refusePipe } from '../gateway/feeds/pipe-input.ts';
import { openPriceFile, readAll } from '../gateway/feeds/read-file.ts';
import { ReplayRows, type ReplayTick } from '../gateway/feeds/replay-rows.ts';
import type { Skip } from '../gateway/feeds/skips.ts';
import { checkSymbols } from '../gateway/feeds/symbols.ts';
import { TickSorter } from '../gateway/feeds/tick-sorter.ts';
import { createNewsPace } from '../gateway/news-pace.ts';
import { listedSymbols, type NewsEvery } from '../settings/feed-types.ts';
import type { BacktestSettings } from '../settings/settings.ts';
import { sha256 } from './file-hash.ts';
import { type History, sharedFloats } from './history.ts';
import { TickCollector } from './tick-collector.ts';

export type HistorySettings = Pick<
  BacktestSettings,
  | 'data'
  | 'columns'
  | 'decimal'
  | 'timeFormat'
  | 'sort'
  | 'symbols'
  | 'seed'
  | 'newsEvery'
  | 'newsData'
  | 'newsScale'
>;

export interface ReadHistory {
  readonly history: History;
  /** Rows of the file that are no valid ticks. */
  readonly skippedRows: number;
  /** The first of them, and why. */
  readonly firstRejection: string | undefined;
  /** Rows of the file of news that hold no sentiment, by reason. */
  readonly skippedNews: readonly Skip[];
  /** What else there is to say of the file of prices: unread symbols, order of rows, rounded prices, missing symbols. */
  readonly fileNotices: readonly string[];
  /** SHA-256 of the file of prices, in hex. */
  readonly dataSha256: string;
  /** SHA-256 of the file of news; undefined for random news. */
  readonly newsSha256: string | undefined;
}

/** As fast as possible, and each sentiment before its tick: what a backtest must repeat. */
const RUN = { lossless: true, rate: { ticksPerSecond: Number.POSITIVE_INFINITY } };

/** @throws FeedFileError, FeedSettingError */
export async function readHistory(settings: HistorySettings): Promise<ReadHistory> {
  const { data, newsData } = settings;
  refusePipe(
    data,
    'a backtest reads its data again, for their hash, and this is a pipe; save it to a file first',
  );
  const { ticks, rows, unreadSymbols } = await readTicks(settings);
  const news = await openNews({ ...settings, loop: false });
  return {
    history: withNews(ticks.history(), news, settings.newsEvery),
    skippedRows: rows.facts.skips.count,
    firstRejection: rows.facts.skips.first?.first,
    skippedNews: news.skips ?? [],
    fileNotices: [...(unreadSymbols === undefined ? [] : [unreadSymbols]), ...fileNotices(settings, rows)],
    dataSha256: await sha256(data),
    newsSha256: newsData === undefined ? undefined : await sha256(newsData),
  };
}

function fileNotices({ data, sort, symbols }: HistorySettings, { facts }: ReplayRows): string[] {
  const order = orderNotice(data, facts, sort);
  const others = closingNotices(data, facts, listedSymbols(symbols));
  return [...(order === undefined || sort ? [] : [order]), ...others].map(({ message }) => message);
}

async function readTicks({
  data,
  columns,
  decimal,
  timeFormat,
  sort,
  ...settings
}: HistorySettings): Promise<{ ticks: TickCollector; rows: ReplayRows } & Pick<Dialect, 'unreadSymbols'>> {
  const symbols = listedSymbols(settings.symbols);
  if (symbols !== undefined) checkSymbols(symbols);
  const { file, dialect } = await openPriceFile(data, { symbols, columns, decimalMark: decimal, timeFormat });
  const rows = new ReplayRows(data, dialect, symbols);
  const ticks = new TickCollector();
  try {
    const sorter = new TickSorter(data);
    const add = ({ symbol, price, timestamp }: ReplayTick) =>
      ticks.add(symbol, Number(price), timestamp.epochMs);
    await readAll(file, rows, (found) => {
      for (const tick of found) sort ? sorter.add(tick) : add(tick);
    });
    rows.endPass();
    if (sort) for (const tick of sorter.inOrder()) add(tick);
  } finally {
    await file.close();
  }
  return { ticks, rows, unreadSymbols: dialect.unreadSymbols };
}

/** Sentiments are due at the tick numbers at which a lossless run sends them. */
function withNews(history: History, news: NewsFeed, newsEvery: NewsEvery): History {
  const newsSequences: number[] = [];
  const sentiments: number[] = [];
  let sequence = 1;
  const pace = createNewsPace({ ...RUN, newsEvery }, 1, () => {
    const sentiment = news.next();
    if (sentiment === undefined) return;
    newsSequences.push(sequence);
    sentiments.push(sentiment);
  });
  while (sequence <= history.prices.length) sequence += pace.ticksToNext(sequence);
  return { ...history, newsSequences: sharedFloats(newsSequences), sentiments: sharedFloats(sentiments) };
}
