// Opens the feed of an exchange.

import { listedSymbols } from '../../../settings/feed-types.ts';
import type { GatewaySettings } from '../../../settings/settings.ts';
import type { Feed } from '../feed.ts';
import { FeedSettingError } from '../feed-errors.ts';
import type { Notify } from '../notices.ts';
import { QueuedFeed } from '../queued-feed.ts';
import type { Exchange } from './exchange.ts';
import { LiveSource } from './live-source.ts';
import { FileRecorder } from './recorder.ts';
import { LIVE_TIMES, type LiveTimes } from './times.ts';

type Settings = Pick<GatewaySettings, 'symbols' | 'feedUrl' | 'staleAfter'> &
  Partial<Pick<GatewaySettings, 'record' | 'resume'>>;

/** @throws FeedSettingError for symbols that the exchange cannot have, RecordingError */
export async function openLive(
  exchange: Exchange,
  { symbols, feedUrl = exchange.url, staleAfter, record, resume = false }: Settings,
  notify: Notify,
  times: LiveTimes = LIVE_TIMES,
): Promise<Feed> {
  const names = namesFor(exchange, listedSymbols(symbols) ?? exchange.defaultSymbols);
  const recorder = record === undefined ? undefined : FileRecorder.open(record, resume, notify);
  const settings = { exchange, url: feedUrl, names, times, lateMs: staleAfter, recorder, notify };
  return new QueuedFeed(new LiveSource(settings));
}

/** Our names of `symbols` by the exchange's. @throws FeedSettingError */
export function namesFor(exchange: Exchange, symbols: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const symbol of symbols) {
    const native = exchange.nativeSymbol(symbol);
    if (native === undefined) {
      throw new FeedSettingError(
        `symbols: ${exchange.name} has none such as ${symbol}; expected the form ${exchange.symbolForm}`,
      );
    }
    if (names.has(native)) throw new FeedSettingError(`symbols: ${symbol} is named twice; name it once`);
    names.set(native, symbol);
  }
  const { symbolsMax } = exchange.limits;
  if (names.size <= symbolsMax) return names;
  throw new FeedSettingError(
    `symbols: ${exchange.name} sends at most ${symbolsMax} to one connection, found ${names.size}`,
  );
}
