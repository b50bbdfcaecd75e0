// `./tickline feed check`: connects to an exchange for a while, and prints which of its rules held.

import { counted } from '../../../../platform/counted.ts';
import { TicklineError, UsageError } from '../../../../platform/errors.ts';
import { stopRequested } from '../../../../platform/lifecycle.ts';
import { printable } from '../../../../platform/printable.ts';
import { listedSymbols } from '../../../../settings/feed-types.ts';
import type { FeedCheckSettings } from '../../../../settings/settings.ts';
import { ExchangeConnection } from '../connection.ts';
import type { Exchange } from '../exchange.ts';
import { EXCHANGES } from '../exchanges.ts';
import { namesFor } from '../open-live.ts';
import { FileRecorder } from '../recorder.ts';
import { LIVE_TIMES, type LiveTimes } from '../times.ts';
import { type Verdict, verdictsOn } from './exchange-rules.ts';
import { SessionFacts } from './session-facts.ts';

/** What `feed check` was asked to check is no exchange. */
export class NotAnExchangeError extends UsageError {}

/** There was no session to check. */
export class NoSessionError extends TicklineError {}

const HOW =
  'expected a confirmed subscription; check the network, the symbols, and --feed-url behind a proxy';
/** Two pings of Binance. */
const DURATION_MS = 45_000;
const LATE_MS = 1_000;
const STATUS_FAILED = 1;
const MARKS = { true: '✔', false: '✖', 'not seen': '?' };

/** Sets the exit status to 1 unless every rule that was seen held. @throws NotAnExchangeError, FeedSettingError, RecordingError */
export async function checkExchange(settings: FeedCheckSettings): Promise<void> {
  const { source, feedUrl, symbols, record, duration = DURATION_MS } = settings;
  const exchange = Object.values<Exchange>(EXCHANGES).find(({ name }) => name === source);
  if (exchange === undefined)
    throw new NotAnExchangeError(
      `expected one of ${Object.keys(EXCHANGES).join(', ')}, found ${source}; ./tickline feed test is for other feeds`,
    );
  const names = namesFor(exchange, listedSymbols(symbols) ?? exchange.defaultSymbols);
  const facts = new SessionFacts(exchange, [...names.keys()], LATE_MS);
  const url = feedUrl ?? exchange.url;
  console.log(`${exchange.name} at ${url}, for ${duration / 1_000} s: ${facts.symbols.join(', ')}`);
  await watch(facts, url, { record, stop: stopRequested(duration) });
  const verdicts = verdictsOn(facts);
  if (facts.subscribedAfterMs === undefined)
    throw new NoSessionError(`${exchange.name}: ${verdicts[0].detail}; ${HOW}`);
  for (const verdict of verdicts) console.log(printable(lineOf(verdict)));
  const failed = verdicts.filter(({ held }) => held === false).length;
  const unseen = verdicts.filter(({ held }) => held === 'not seen').length;
  console.log(
    `${counted(verdicts.length - failed - unseen, 'rule')} held, ${failed} did not, ${unseen} had no occasion`,
  );
  if (failed > 0) process.exitCode = STATUS_FAILED;
}

interface Watching {
  readonly record: string | undefined;
  /** Resolves when the time is over, or the user stops it. */
  readonly stop: Promise<unknown>;
  readonly times?: LiveTimes;
}

/** Returns when the connection has ended, or it is time to stop. */
async function watch(
  facts: SessionFacts,
  url: string,
  { record, stop, times = LIVE_TIMES }: Watching,
): Promise<void> {
  const recorder =
    record === undefined
      ? undefined
      : FileRecorder.open(record, false, ({ message }) => console.log(message));
  const over = Promise.withResolvers<void>();
  const startMs = performance.now();
  const connection = new ExchangeConnection(facts.exchange, url, facts.symbols, times, {
    onReceived: (received) => {
      recorder?.write(received);
      facts.received(received);
    },
    onSubscribed: () => facts.subscribed(startMs),
    onPinged: () => {
      facts.pings++;
    },
    onRefused: (reason) => facts.refusals.push(reason),
    onEnd: ({ reason }) => {
      facts.end = reason;
      over.resolve();
    },
  });
  await Promise.race([stop, over.promise]);
  facts.finish();
  connection.close();
  await recorder?.close();
}

function lineOf({ rule, held, detail }: Verdict): string {
  return `${MARKS[`${held}`]} ${rule}: ${detail}`;
}
