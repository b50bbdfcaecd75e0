// Opens and reads a file of prices.

import { CsvFile } from './csv-file.ts';
import { type Dialect, type DialectSettings, dialectOf } from './dialect/dialect.ts';
import { FeedFileError } from './feed-errors.ts';
import { RECORDED } from './live/recording.ts';
import type { ReplayRows, ReplayTick } from './replay-rows.ts';

export interface PriceFile {
  readonly file: CsvFile;
  readonly dialect: Dialect;
}

/**
 * @param signal aborts the wait for the first rows of a pipe
 * @throws FeedFileError if the file cannot be opened or understood; FileRefusedError
 */
export async function openPriceFile(
  path: string,
  settings: DialectSettings,
  signal?: AbortSignal,
): Promise<PriceFile> {
  const file = await CsvFile.open(path, signal);
  try {
    if (file.input.isPipe && RECORDED.test(file.input.head))
      throw new FeedFileError(
        path,
        'is a recorded session, which is not read from a pipe; save it to a file first',
      );
    return { file, dialect: dialectOf(path, file.input.head, file.format, settings) };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

/** One pass over `file`; gives the ticks of each row to `onTicks`. @throws FeedFileError where it cannot be read */
export async function readAll(
  file: CsvFile,
  rows: ReplayRows,
  onTicks: (ticks: readonly ReplayTick[]) => void = () => {},
): Promise<void> {
  for await (const block of file.rows()) {
    for (let i = 0; i < block.length; i++) onTicks(rows.read(block[i], file.lines[i]));
  }
  if (file.openRow) rows.rejectOpenRow(file.openRow);
}
