// The rules of docs/live-feeds.md that one connection can show.

import { counted } from '../../../../platform/counted.ts';
import type { SessionFacts } from './session-facts.ts';

/** What a session showed of a rule. `not seen`: it gave no occasion. */
export interface Verdict {
  readonly rule: string;
  readonly held: boolean | 'not seen';
  /** What was seen, or expected. */
  readonly detail: string;
}

/** A beat may be late by as much. */
const BEATS_LATE = 3;

/** One verdict a rule, in the order of a session. */
export function verdictsOn(facts: SessionFacts): readonly Verdict[] {
  return [
    subscribed(facts),
    traded(facts),
    understood(facts),
    numbered(facts),
    heartbeats(facts),
    punctual(facts),
    lasting(facts),
  ];
}

function subscribed({ symbols, subscribedAfterMs, refusals, end }: SessionFacts): Verdict {
  const rule = 'it connects, and confirms every subscription';
  if (subscribedAfterMs === undefined)
    return { rule, held: false, detail: end ?? 'it confirmed none in time' };
  if (refusals.length > 0) return { rule, held: false, detail: `it refused ${refusals.join('; ')}` };
  return {
    rule,
    held: true,
    detail: `${counted(symbols.length, 'symbol')} after ${subscribedAfterMs.toFixed(0)} ms`,
  };
}

function traded({ trades, tradedSymbols, messages, messagesPerSecondMax }: SessionFacts): Verdict {
  const rule = 'it sends the trades of the symbols';
  const detail = `${counted(trades, 'trade')} of ${counted(tradedSymbols.size, 'symbol')} in ${counted(messages, 'message')}, at most ${messagesPerSecondMax} per second`;
  return { rule, held: trades > 0 || 'not seen', detail };
}

function understood({ reader, messages }: SessionFacts): Verdict {
  const rule = 'every message and every price is as documented';
  if (messages === 0) return { rule, held: 'not seen', detail: 'no message came' };
  if (reader.rejected === 0) return { rule, held: true, detail: 'all were understood' };
  return {
    rule,
    held: false,
    detail: `${counted(reader.rejected, 'was', 'were')} not, the last: ${reader.lastRejection}`,
  };
}

function numbered({ trades, tradedSymbols, reader: { ids } }: SessionFacts): Verdict {
  const rule = 'trade ids grow by 1 per symbol';
  if (trades <= tradedSymbols.size) return { rule, held: 'not seen', detail: 'no symbol traded twice' };
  const detail = `${counted(ids.missed, 'trade')} missing in ${counted(ids.gaps, 'gap')}, ${ids.repeated} repeated or out of order`;
  return { rule, held: ids.gaps + ids.repeated === 0, detail };
}

function heartbeats(facts: SessionFacts): Verdict {
  const { by, everyMs } = facts.exchange.heartbeat;
  const rule = `heartbeats come every ${everyMs / 1_000} s (${by})`;
  const watchedMs = facts.watchedMs();
  if (watchedMs < BEATS_LATE * everyMs && by !== 'ping')
    return { rule, held: 'not seen', detail: 'the session was too short' };
  if (by === 'message') {
    const silence = `${(facts.longestSilenceMs / 1_000).toFixed(1)} s`;
    const detail = `${facts.heartbeats} heartbeats; the longest time without any message was ${silence}`;
    return { rule, held: facts.longestSilenceMs < BEATS_LATE * everyMs, detail };
  }
  if (by === 'ping') {
    const detail = `${facts.pings} pings in ${(watchedMs / 1_000).toFixed(0)} s`;
    return { rule, held: facts.pings > 0 || (watchedMs < 2 * everyMs ? 'not seen' : false), detail };
  }
  const silent = facts.symbols.filter((symbol) => !facts.beatingSymbols.has(symbol));
  const detail = `${facts.heartbeats} heartbeats, ${silent.length === 0 ? 'of every symbol' : `none with a trade id of ${silent.join(', ')}`}`;
  return { rule, held: silent.length === 0, detail };
}

/** Two clocks differ, so a constant delay proves nothing; only what is beyond the least one does. */
function punctual({ trades, delayMinMs, delayMaxMs, late, lateMs }: SessionFacts): Verdict {
  const rule = `trades are less than ${lateMs / 1_000} s later than usual`;
  if (trades === 0) return { rule, held: 'not seen', detail: 'there was no trade' };
  const detail = `${counted(late, 'was', 'were')} later; arrival minus time of the trade, by two clocks: ${delayMinMs} to ${delayMaxMs} ms`;
  return { rule, held: late === 0, detail };
}

function lasting(facts: SessionFacts): Verdict {
  const rule = 'the connection stays open';
  if (facts.subscribedAfterMs === undefined) return { rule, held: 'not seen', detail: 'there was none' };
  const detail = facts.end ?? `for the ${(facts.watchedMs() / 1_000).toFixed(0)} s that were watched`;
  return { rule, held: facts.end === undefined, detail };
}
