// What the log says of a file of prices.

import { basename } from 'node:path';
import { nearName } from '../../domain/edit-distance.ts';
import { counted } from '../../platform/counted.ts';
import type { FileFacts } from './file-facts.ts';
import type { Notice } from './notices.ts';
import { timestampText } from './timestamp.ts';
import { DECIMALS_MAX } from './wire-price.ts';

const SYMBOLS_LISTED_MAX = 5;

/** What was understood, in one line. @param isWhole whether `facts` are of the whole file, and not of its first rows */
export function understood(path: string, about: string, facts: FileFacts, isWhole: boolean): Notice {
  const found = `${isWhole ? '' : 'its start has '}${factsText(facts)}`;
  return { level: 'info', event: 'data', message: `${basename(path)}: ${found}; ${about}` };
}

/** `30 ticks of AAPL from 30 rows, 2024-01-01 to 2024-01-30`. */
export function factsText({ ticks, rows, symbols, earliest, latest }: FileFacts): string {
  const span =
    earliest === undefined || latest === undefined
      ? 'no times'
      : `${timestampText(earliest)} to ${timestampText(latest)}`;
  return `${counted(ticks, 'tick')} of ${listed([...symbols])} from ${counted(rows, 'row')}, ${span}`;
}

/** The whole list if it is short, else how many there are. */
function listed(symbols: readonly string[]): string {
  return symbols.length <= SYMBOLS_LISTED_MAX
    ? symbols.join(', ') || 'no symbol'
    : `${symbols.length} symbols`;
}

/** With --loop, before the second pass. */
export function loopNotice(path: string): Notice {
  const file = basename(path);
  return {
    level: 'warn',
    event: 'loop',
    message:
      `${file} begins again: each price jumps from its last row to its first, ` +
      'and positions, averages and P&L go over the jump as over any other',
  };
}

/** A replay that starts after the last tick. @param skip ticks to leave out */
export function nothingLeftNotice(path: string, ticks: number, skip: number): Notice {
  return {
    level: 'warn',
    event: 'nothing-left',
    message: `${basename(path)}: the replay starts after tick ${skip}, and there are ${ticks}: none is sent`,
  };
}

/** The rows are not in the order of their times. @param isSorted with --sort */
export function orderNotice(path: string, facts: FileFacts, isSorted: boolean): Notice | undefined {
  const first = facts.firstBackward;
  if (first === undefined) return undefined;
  const found = facts.isNewestFirst
    ? `its rows are newest first`
    : `row ${first.row} (line ${first.line}) at ${timestampText(first.time)} comes after ${timestampText(first.before)}`;
  const done = isSorted
    ? 'sorted'
    : 'each counts as late as the one before it: add --sort to replay them in the order of their times';
  return {
    level: isSorted ? 'info' : 'warn',
    event: 'rows-out-of-order',
    message: `${basename(path)}: ${found}; ${done}`,
  };
}

/** What there is to say once the whole file has been read. @param wanted the symbols of --symbols */
export function* closingNotices(
  path: string,
  facts: FileFacts,
  wanted: readonly string[] | undefined,
): Generator<Notice> {
  const name = basename(path);
  if (facts.rounded > 0) {
    const message = `${name}: ${counted(facts.rounded, 'price was', 'prices were')} rounded to ${DECIMALS_MAX} decimals`;
    yield { level: 'warn', event: 'prices-rounded', message };
  }
  for (const missing of (wanted ?? [])
    .filter((symbol) => !facts.symbols.has(symbol))
    .slice(0, SYMBOLS_LISTED_MAX)) {
    const near = nearName(missing, new Set([...facts.symbols, ...facts.others]));
    const hint = near === undefined ? '' : `; the closest that it has is ${near}`;
    yield {
      level: 'warn',
      event: 'symbol-missing',
      message: `${name}: no valid row of --symbols ${missing}${hint}`,
    };
  }
}
