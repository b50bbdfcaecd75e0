// Opens the feed of a file of the user's.

import { listedSymbols } from '../../../settings/feed-types.ts';
import type { FeedFile, FeedTraits } from '../../../settings/feeds.ts';
import { traitsOf } from '../../../settings/feeds.ts';
import { GATEWAY_OPTIONS } from '../../../settings/options/gateway.ts';
import type { GatewaySettings } from '../../../settings/settings.ts';
import type { Feed } from '../feed.ts';
import { FeedSettingError } from '../feed-errors.ts';
import type { Notify } from '../notices.ts';
import { QueuedFeed } from '../queued-feed.ts';
import { type LoadedFeed, loadFeedFile } from './own-feed-file.ts';
import { OwnSource } from './own-source.ts';

/** A feed that gives nothing for this long is down: an exchange may be silent, a file is not. */
const SILENCE_MS = { live: 60_000, other: 10_000 };

type Settings = Pick<GatewaySettings, 'symbols' | 'data' | 'skip' | 'lossless'>;

/** What ../registry.ts registers of the file. @throws OwnFeedFileError, FileRefusedError */
export async function ownFeed(
  file: FeedFile,
): Promise<FeedTraits & { open(settings: Settings, notify: Notify): Promise<Feed> }> {
  const loaded = await loadFeedFile(file);
  const { live, repeats } = loaded.traits;
  return {
    ...traitsOf(file),
    canRepeat: repeats ? 'always' : 'never',
    pacing: live ? 'own' : 'gateway',
    open: async (settings, notify) => openOwn(loaded, settings, notify),
  };
}

/** @throws FeedSettingError for a lossless run with a feed that cannot have one */
function openOwn(loaded: LoadedFeed, { symbols, data, skip, lossless }: Settings, notify: Notify): Feed {
  const { file, traits } = loaded;
  if (lossless && (traits.live || !traits.repeats))
    throw new FeedSettingError(
      `--lossless needs a feed that waits and gives the same ticks each time; if ${file} does, write export const traits = { repeats: true }, or leave --lossless out`,
    );
  const silenceMs = traits.live ? SILENCE_MS.live : SILENCE_MS.other;
  const given = data === GATEWAY_OPTIONS.data.default ? undefined : data;
  return new QueuedFeed(
    new OwnSource(loaded, { symbols: listedSymbols(symbols), data: given, skip, notify, silenceMs }),
  );
}
