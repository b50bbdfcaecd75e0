// Turns prices as sources write them into prices as they are sent.

import type { PriceFaultName } from '../../monitoring/row-faults.ts';

declare const checked: unique symbol;

/** The text of a price that `wirePrice` has checked: plain decimal notation, as it is sent. */
export type WirePrice = string & { readonly [checked]: true };

/** Most decimals of a price on the wire. */
export const DECIMALS_MAX = 8;
/** Most characters of a price on the wire: 16 digits, the point and the decimals. */
export const PRICE_LENGTH_MAX = 16 + 1 + DECIMALS_MAX;
/** The highest price, in USD: averages and sums of higher ones would not be exact. */
export const PRICE_MAX = 1e12;

/** Why a text is no price. */
export type PriceFault = 'missing' | 'negative' | 'zero' | 'not a number' | 'too high' | 'too low';

/** What a run's summary calls each. */
export const PRICE_FAULT_NAMES: Readonly<Record<PriceFault, PriceFaultName>> = {
  missing: 'no price',
  negative: 'price negative',
  zero: 'price zero',
  'not a number': 'price not a number',
  'too high': 'price too high, too low or too fine',
  'too low': 'price too high, too low or too fine',
};

const WIRE_PRICE = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,8})?$/;
/** A price that surely is within the bounds. */
const SURE_PRICE = /^[1-9]\d{0,11}(?:\.\d{1,8})?$/;
const NUMBER = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const NEGATIVE = /^-\d*(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$/;
const MISSING = /^(?:|nan|na|n\/a|#n\/a|null|none|nil|-+|\.|\?|<na>|missing|nat)$/i;
const TEXT_LENGTH_MAX = 64;

/**
 * The price `text` in plain decimal notation. Undefined if it is not a number above zero and at most PRICE_MAX, or has
 * more than 8 decimals.
 *
 * Decimals stay as they are written, also in `4.70`. Only forms that the wire does not have are rewritten:
 * `1.5e-7` is 0.00000015, `.5` is 0.5, `5.` is 5, `+5` and `05` are 5, and zeros beyond the eighth decimal
 * are cut.
 */
export function wirePrice(text: string): WirePrice | undefined {
  if (SURE_PRICE.test(text)) return text as WirePrice;
  const plain = WIRE_PRICE.test(text) ? text : plainNotation(text);
  const price = plain?.replace(/(\.\d{8})0+$/, '$1');
  return price !== undefined && WIRE_PRICE.test(price) && isWithin(price) ? (price as WirePrice) : undefined;
}

/** The same, rounded half up to 8 decimals where it has more. Undefined also if that leaves nothing. */
export function roundedWirePrice(text: string): WirePrice | undefined {
  const plain = plainNotation(text);
  if (plain === undefined) return undefined;
  const [whole, decimals = ''] = plain.split('.');
  const kept = BigInt(whole + decimals.slice(0, DECIMALS_MAX).padEnd(DECIMALS_MAX, '0'));
  const units = (kept + BigInt(decimals[DECIMALS_MAX] >= '5' ? 1 : 0))
    .toString()
    .padStart(DECIMALS_MAX + 1, '0');
  const price = `${units.slice(0, -DECIMALS_MAX)}.${units.slice(-DECIMALS_MAX).replace(/0{1,7}$/, '')}`;
  return WIRE_PRICE.test(price) && isWithin(price) ? (price as WirePrice) : undefined;
}

/** Why neither of the two is a price. */
export function priceFault(text: string): PriceFault {
  if (MISSING.test(text)) return 'missing';
  if (NEGATIVE.test(text) && /\d/.test(text)) return /^[^eE]*[1-9]/.test(text) ? 'negative' : 'zero';
  const plain = plainNotation(text);
  if (plain === undefined) return /^\+?\d*\.?\d*[eE]\+?\d{1,3}$/.test(text) ? 'too high' : 'not a number';
  if (!/[1-9]/.test(plain)) return 'zero';
  return Number(plain) < 1 ? 'too low' : 'too high';
}

function isWithin(price: string): boolean {
  return Number(price) <= PRICE_MAX && /[1-9]/.test(price);
}

/** Undefined if `text` is not a number from zero on of at most 64 digits. */
function plainNotation(text: string): string | undefined {
  const parts = text.length <= TEXT_LENGTH_MAX ? NUMBER.exec(text) : null;
  if (parts === null) return undefined;
  const [, whole = '', decimals = '', exponent = '0'] = parts;
  if (whole === '' && decimals === '') return undefined;
  if (Number(exponent) > TEXT_LENGTH_MAX) return undefined;
  return shiftPoint(whole, decimals, Number(exponent))
    .replace(/^0+(?=\d)/, '')
    .replace(/\.$/, '');
}

/** Moves the point between `whole` and `decimals` by `places` to the right. */
function shiftPoint(whole: string, decimals: string, places: number): string {
  const digits = whole + decimals;
  const point = whole.length + places;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}
