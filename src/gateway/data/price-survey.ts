// Reads a file of prices as a replay would, and keeps what there is to say of it.

import { listedSymbols } from '../../settings/feed-types.ts';
import type { DataSettings } from '../../settings/settings.ts';
import type { CsvFile } from '../feeds/csv-file.ts';
import { FeedFileError } from '../feeds/feed-errors.ts';
import { closingNotices, orderNotice } from '../feeds/file-notices.ts';
import { openPriceFile, readAll } from '../feeds/read-file.ts';
import { ReplayRows, type ReplayTick } from '../feeds/replay-rows.ts';
import { checkSymbols } from '../feeds/symbols.ts';
import { TickSorter } from '../feeds/tick-sorter.ts';
import { timestampText } from '../feeds/timestamp.ts';
import { BothEnds, type Survey, type TimedPrice } from './survey.ts';

/** @throws FeedFileError if the columns of the file are not understood; FeedSettingError */
export async function surveyPrices(settings: DataSettings): Promise<Survey> {
  const { data, columns, decimal, timeFormat, sort } = settings;
  const symbols = listedSymbols(settings.symbols);
  if (symbols !== undefined) checkSymbols(symbols);
  const { file, dialect } = await openPriceFile(data, { symbols, columns, decimalMark: decimal, timeFormat });
  const rows = new ReplayRows(data, dialect, symbols);
  const ends = new BothEnds();
  let fault: Error | undefined;
  try {
    fault = await readEnds(file, rows, sort, ends);
  } finally {
    await file.close();
  }
  const { facts } = rows;
  const order = orderNotice(data, facts, sort);
  return {
    file: data,
    kind: 'prices',
    understood: dialect.about,
    rows: facts.rows,
    valid: facts.ticks,
    symbols: [...facts.symbols],
    unwanted: facts.unwanted,
    earliest: facts.earliest && timestampText(facts.earliest),
    latest: facts.latest && timestampText(facts.latest),
    first: ends.first,
    last: ends.last,
    skips: facts.skips.all,
    notices: [...(order === undefined ? [] : [order]), ...closingNotices(data, facts, symbols)].map(
      ({ message }) => message,
    ),
    fault,
  };
}

/** Returns why the file cannot be replayed to its end. */
async function readEnds(
  file: CsvFile,
  rows: ReplayRows,
  sort: boolean,
  ends: BothEnds,
): Promise<Error | undefined> {
  const sorter = new TickSorter(file.path);
  try {
    await readAll(file, rows, (ticks) => {
      for (const tick of ticks) sort ? sorter.add(tick) : ends.add(timed(tick));
    });
    rows.endPass();
    if (sort) for (const tick of sorter.inOrder()) ends.add(timed(tick));
    return undefined;
  } catch (thrown) {
    if (thrown instanceof FeedFileError) return thrown;
    throw thrown;
  }
}

/** A copy: ReplayRows fills its ticks again. */
function timed({ timestamp, symbol, price }: ReplayTick): TimedPrice {
  return { time: timestamp, symbol, price };
}
