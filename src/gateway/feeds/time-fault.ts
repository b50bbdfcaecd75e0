// Why a text is no time that can be read in one way.

import type { SkipReason } from './skips.ts';

const DAY_OR_MONTH_FIRST =
  /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:,?[ T]+(\d{1,2}):(\d{2})(:\d{2})?([.,]\d+)?(?: ?([AaPp][Mm]))?)?/;
const ZONE_NAME = /\d ?([A-Z]{2,5}|[A-Z][a-z]+\/[A-Za-z_]+)$/;
const LEAP_SECOND = /:60(?:[.,]\d+)?/;

/** @returns the reason why `text` is left out, and what was expected. @param timeFormat that of --time-format */
export function timeFault(text: string, timeFormat: string | undefined): SkipReason {
  if (text === '') return { fault: 'no time', reason: 'the time is missing', expected: 'a time' };
  return { fault: 'time not valid or unclear', ...badTime(text, timeFormat) };
}

function badTime(text: string, timeFormat: string | undefined): Pick<SkipReason, 'reason' | 'expected'> {
  if (timeFormat !== undefined)
    return { reason: 'the time is not valid', expected: `--time-format ${timeFormat}` };
  const format = formatOf(text);
  if (format !== undefined) {
    return { reason: 'the order of day and month is unclear', expected: `--time-format ${format}` };
  }
  if (LEAP_SECOND.test(text)) return { reason: 'the time is a leap second', expected: 'seconds up to 59' };
  const zone = ZONE_NAME.exec(text)?.[1];
  if (zone !== undefined)
    return {
      reason: 'the time zone is a name',
      expected: `UTC, Z or an offset such as -05:00 in place of ${zone}`,
    };
  return {
    reason: 'the time is not valid',
    expected: 'a time such as 2024-01-31 09:30:00 or 1706693400, or --time-format',
  };
}

/** The option that reads such dates; both where both fit. Undefined for other texts. */
function formatOf(text: string): string | undefined {
  const parts = DAY_OR_MONTH_FIRST.exec(text);
  if (parts === null) return undefined;
  const [, first, by, second, year, hour, , seconds, fraction, half] = parts;
  const clock = half === undefined ? 'HH:mm' : 'hh:mm';
  const time =
    hour === undefined ? '' : ` ${clock}${seconds ? ':ss' : ''}${fraction ? '.S' : ''}${half ? ' A' : ''}`;
  const ending = `${by}${year.length === 4 ? 'YYYY' : 'YY'}${time}`;
  const [dayFirst, monthFirst] = [`"DD${by}MM${ending}"`, `"MM${by}DD${ending}"`];
  if (Number(first) > 12) return dayFirst;
  return Number(second) > 12 ? monthFirst : `${dayFirst} or ${monthFirst}`;
}
