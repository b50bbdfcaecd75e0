// `./tickline feed test`: checks on one feed what every feed must do, and prints what held.

import { AssertionError } from 'node:assert/strict';
import { counted } from '../../../platform/counted.ts';
import { messageOf, TicklineError } from '../../../platform/errors.ts';
import { printable } from '../../../platform/printable.ts';
import { withTimeout } from '../../../platform/timeout.ts';
import type { FeedTraits } from '../../../settings/feeds.ts';
import { type FeedTestSettings, settingsFor } from '../../../settings/settings.ts';
import type { Feed } from '../feed.ts';
import { loadFeed, type RegisteredFeed } from '../registry.ts';
import { skipsText } from '../skips.ts';
import { CLAIMS, type Claim, type TestedTraits } from './claims.ts';
import { latestOf, pull } from './pulled-ticks.ts';

/** How many ticks are taken, and for how long a claim waits for them. A live feed has few, and late. */
const LIVE = { ticksMax: 20, timeoutMs: 60_000 };
const OTHER = { ticksMax: 3_000, timeoutMs: 30_000 };
const MS_PER_S = 1_000;
const STATUS_FAILED = 1;

/** @throws OwnFeedFileError, FeedFileError, FeedSettingError; OwnFeedFailedError when the feed cannot go on */
export async function testFeed(given: FeedTestSettings): Promise<void> {
  const { source, data, symbols } = given;
  const feed = await loadFeed(source);
  const settings = { ...settingsFor('gateway', { config: false }), source, data, symbols };
  const open = (skip = 0) => feed.open({ ...settings, skip }, () => {});
  const { ticksMax } = limitsOf(feed);
  const traits: TestedTraits = { canRepeat: feed.canRepeat, isSameAgain: feed.canRepeat !== 'never' };
  let failed = 0;
  for (const claim of CLAIMS.filter(({ appliesTo }) => appliesTo?.(traits) !== false)) {
    const problem = await check(claim, open, feed);
    console.log(problem === undefined ? `✔ ${claim.name}` : `✖ ${claim.name}: ${printable(problem)}`);
    if (problem === undefined) continue;
    failed++;
    if (claim === CLAIMS[0]) break; // the others need these ticks
  }
  if (failed > 0) process.exitCode = STATUS_FAILED;
  else console.log(await summaryOf(await open(), ticksMax));
}

function limitsOf({ pacing }: FeedTraits): typeof LIVE {
  return pacing === 'own' ? LIVE : OTHER;
}

/** What is wrong; undefined if the claim holds. @throws what the feed throws, if that has a message for the user */
async function check(
  claim: Claim,
  open: (skip?: number) => ReturnType<RegisteredFeed['open']>,
  feed: RegisteredFeed,
): Promise<string | undefined> {
  const { ticksMax, timeoutMs } = limitsOf(feed);
  const opened: Feed[] = [];
  const openNext = async (skip?: number): Promise<Feed> => {
    const next = await open(skip);
    opened.push(next);
    return next;
  };
  try {
    const done = claim.check(openNext, ticksMax).then(() => true);
    if (await withTimeout(done, timeoutMs)) return undefined;
    done.catch(() => {}); // it fails once its feed is closed
    return `it had too few ticks after ${timeoutMs / MS_PER_S} s`;
  } catch (error) {
    if (error instanceof TicklineError) throw error;
    return error instanceof AssertionError ? differenceIn(error) : messageOf(error);
  } finally {
    await Promise.all(opened.map((one) => one.close()));
  }
}

/** The first element in which two lists differ, or the message in one line. */
function differenceIn({ actual, expected, message }: AssertionError): string {
  if (!Array.isArray(actual) || !Array.isArray(expected)) return message.replace(/\s+/g, ' ');
  const longer = Math.max(actual.length, expected.length);
  const at = Array.from({ length: longer }).findIndex(
    (_, index) => String(actual[index]) !== String(expected[index]),
  );
  return `tick ${at + 1}: expected ${expected[at] ?? 'none'}, found ${actual[at] ?? 'none'}`;
}

async function summaryOf(feed: Feed, ticksMax: number): Promise<string> {
  try {
    const ticks = await pull(feed, ticksMax);
    const { rejectedRows, skips = [] } = feed;
    const left =
      rejectedRows === 0 ? 'none' : `${rejectedRows} (${skipsText(skips)}; first ${skips[0]?.first})`;
    return (
      `The first ${counted(ticks.length, 'tick has', 'ticks have')} ${counted(latestOf(ticks).length, 'symbol')}, from ${ticks[0]} to ${ticks.at(-1)}. ` +
      `Skipped: ${left}.`
    );
  } finally {
    await feed.close();
  }
}
