// Reads the sentiments of a file, which are integers from 0 to 100 on the wire.

import type { NewsScale } from '../../settings/feed-types.ts';

/** Why a value is no sentiment, and what was expected. */
export interface SentimentFault {
  readonly reason: string;
  readonly expected: string;
}

const NUMBER = /^([+-]?)(\d{1,12})?(?:[.,](\d{0,30}))?$/;
const SCALE_OPTION = '--news-scale -1..1';

/**
 * The sentiment of a value. `60.0` is 60. With scale -1..1 the value is stretched and rounded half up: 0.2 is 60.
 * A fraction, a sign or a value beyond the scale is a fault.
 */
export function readSentiment(text: string, scale: NewsScale): number | SentimentFault {
  if (text === '') return { reason: 'the sentiment is missing', expected: expectedIn(scale) };
  const [, sign, whole = '', decimals = ''] = NUMBER.exec(text) ?? [];
  if (whole === '' && decimals === '')
    return { reason: 'the sentiment is not a number', expected: expectedIn(scale) };
  const value = Number(`${sign}${whole || '0'}.${decimals || '0'}`);
  return scale === '-1..1' ? stretched(value) : plain(value);
}

function stretched(value: number): number | SentimentFault {
  if (value >= -1 && value <= 1) return Math.round((value + 1) * 50);
  return { reason: 'the sentiment is not within -1 to 1', expected: expectedIn('-1..1') };
}

function plain(value: number): number | SentimentFault {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return Math.abs(value);
  const hint = Math.abs(value) <= 1 ? `, or ${SCALE_OPTION} for values from -1 to 1` : '';
  const reason = Number.isInteger(value)
    ? 'the sentiment is not within 0 to 100'
    : 'the sentiment is not a whole number';
  return { reason, expected: `${expectedIn('0..100')}${hint}` };
}

function expectedIn(scale: NewsScale): string {
  return scale === '-1..1' ? 'a number from -1 to 1' : 'a whole number from 0 to 100';
}
