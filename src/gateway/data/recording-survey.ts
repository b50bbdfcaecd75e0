// Reads a recorded session of an exchange as a replay would, and keeps what there is to say of it.

import { listedSymbols } from '../../settings/feed-types.ts';
import type { DataSettings } from '../../settings/settings.ts';
import { FeedFileError } from '../feeds/feed-errors.ts';
import type { Exchange } from '../feeds/live/exchange.ts';
import { namesFor } from '../feeds/live/open-live.ts';
import { Recording } from '../feeds/live/recording.ts';
import { SessionExchange } from '../feeds/live/session-exchange.ts';
import { TradeReader } from '../feeds/live/trade-reader.ts';
import type { Skip } from '../feeds/skips.ts';
import { nsBetween, type Timestamp, timestampText } from '../feeds/timestamp.ts';
import { BothEnds, type Survey } from './survey.ts';

/** Late trades are part of a recording too. */
const ANY_LATENESS = { lateMs: Number.POSITIVE_INFINITY };

/** @throws FeedFileError if no exchange of ours sent its messages; FeedSettingError */
export async function surveyRecording({ data, symbols: choice }: DataSettings): Promise<Survey> {
  const symbols = listedSymbols(choice);
  const recording = new Recording(data);
  const ends = new BothEnds();
  const found = new Set<string>();
  let [rows, valid] = [0, 0];
  let earliest: Timestamp | undefined;
  let latest: Timestamp | undefined;
  const sender = new SessionExchange(data);
  let reader: TradeReader | undefined;
  for await (const messages of recording.blocks()) {
    for (const { at, text } of messages) {
      rows++;
      const exchange = sender.of(text);
      if (exchange === undefined) continue;
      reader ??= readerOf(exchange, symbols);
      reader.read({ at, text, parts: exchange.parse(text) }, ({ symbol, price, made }) => {
        valid++;
        found.add(symbol);
        if (earliest === undefined || nsBetween(earliest, made) < 0) earliest = made;
        if (latest === undefined || nsBetween(latest, made) > 0) latest = made;
        ends.add({ time: made, symbol, price });
      });
    }
  }
  sender.requireFound();
  return {
    file: data,
    kind: 'recording',
    understood: `messages of ${sender.name ?? 'no exchange'}`,
    rows,
    valid,
    symbols: [...found],
    unwanted: 0,
    earliest: earliest && timestampText(earliest),
    latest: latest && timestampText(latest),
    first: ends.first,
    last: ends.last,
    skips: [
      ...skipOf('a line is not valid', recording),
      ...skipOf('a message is of no known exchange', {
        rejected: sender.unknown,
        firstRejection: 'at the start',
      }),
      ...skipOf('a trade is not valid', reader),
    ],
    notices: recording.cutShort === undefined ? [] : [`cut short: ${recording.cutShort}`],
    fault:
      valid === 0
        ? new FeedFileError(data, 'expected a recorded session with a trade, found none')
        : undefined,
  };
}

/** What one step of reading left out. */
function skipOf(
  reason: string,
  step: Pick<TradeReader, 'rejected' | 'firstRejection'> | undefined,
): readonly Skip[] {
  const { rejected: count = 0, firstRejection: first = '' } = step ?? {};
  return count === 0 ? [] : [{ reason, count, first }];
}

function readerOf(exchange: Exchange, symbols: readonly string[] | undefined): TradeReader {
  return new TradeReader(
    symbols === undefined ? ANY_LATENESS : { ...ANY_LATENESS, names: namesFor(exchange, symbols) },
  );
}
