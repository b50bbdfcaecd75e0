// Reads the sentiments of a file, which are integers from 0 to 100 on the wire.

import type { NewsFaultName } from '../../monitoring/row-faults.ts';
import type { NewsScale } from '../../settings/feed-types.ts';
import type { SkipReason } from './skips.ts';

const NUMBER = /^([+-]?)(\d{1,12})?(?:[.,](\d{0,30}))?$/;
const SCALE_OPTION = '--news-scale -1..1';

/**
 * The sentiment of a value. `60.0` is 60. With scale -1..1 the value is stretched and rounded half up: 0.2 is 60.
 * A fraction, a sign or a value beyond the scale is a fault.
 */
export function readSentiment(text: string, scale: NewsScale): number | SkipReason {
  if (text === '') return reasonOf('no sentiment', 'the sentiment is missing', expectedIn(scale));
  const [, sign, whole = '', decimals = ''] = NUMBER.exec(text) ?? [];
  if (whole === '' && decimals === '')
    return reasonOf('sentiment not a number', 'the sentiment is not a number', expectedIn(scale));
  const value = Number(`${sign}${whole || '0'}.${decimals || '0'}`);
  return scale === '-1..1' ? stretched(value) : plain(value);
}

function stretched(value: number): number | SkipReason {
  if (value >= -1 && value <= 1) return Math.round((value + 1) * 50);
  return reasonOf('sentiment out of range', 'the sentiment is not within -1 to 1', expectedIn('-1..1'));
}

function plain(value: number): number | SkipReason {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return Math.abs(value);
  const hint = Math.abs(value) <= 1 ? `, or ${SCALE_OPTION} for values from -1 to 1` : '';
  const expected = `${expectedIn('0..100')}${hint}`;
  return Number.isInteger(value)
    ? reasonOf('sentiment out of range', 'the sentiment is not within 0 to 100', expected)
    : reasonOf('sentiment not a whole number', 'the sentiment is not a whole number', expected);
}

function reasonOf(fault: NewsFaultName, reason: string, expected: string): SkipReason {
  return { fault, reason, expected };
}

function expectedIn(scale: NewsScale): string {
  return scale === '-1..1' ? 'a number from -1 to 1' : 'a whole number from 0 to 100';
}
