// Turns prices as sources write them into prices as they are sent, without rounding.

declare const checked: unique symbol;

/** The text of a price that `wirePrice` has checked: plain decimal notation, as it is sent. */
export type WirePrice = string & { readonly [checked]: true };

/** Most decimals of a price on the wire. */
export const DECIMALS_MAX = 8;
/** Most characters of a price on the wire: 16 digits, the point and the decimals. */
export const PRICE_LENGTH_MAX = 16 + 1 + DECIMALS_MAX;

const WIRE_PRICE = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,8})?$/;
const NUMBER = /^\+?(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const TEXT_LENGTH_MAX = 64;

/**
 * The price `text` in plain decimal notation. Undefined if it is not a finite number above zero, or has more
 * than 8 decimals or 16 digits before the point.
 *
 * Decimals stay as they are written, also in `4.70`. Only forms that the wire does not have are rewritten:
 * `1.5e-7` is 0.00000015, `.5` is 0.5, `5.` is 5, `+5` and `05` are 5, and zeros beyond the eighth decimal
 * are cut. A price that would have to be rounded is refused, because it would no longer be the price of the
 * source.
 */
export function wirePrice(text: string): WirePrice | undefined {
  const price = WIRE_PRICE.test(text) ? text : plainNotation(text);
  return price !== undefined && /[1-9]/.test(price) ? (price as WirePrice) : undefined;
}

function plainNotation(text: string): string | undefined {
  const parts = text.length <= TEXT_LENGTH_MAX ? NUMBER.exec(text) : null;
  if (parts === null) return undefined;
  const [, whole = '', decimals = '', exponent = '0'] = parts;
  if (whole === '' && decimals === '') return undefined;
  const shifted = shiftPoint(whole, decimals, Number(exponent));
  const price = shifted
    .replace(/^0+(?=\d)/, '')
    .replace(/(\.\d{8})0+$/, '$1')
    .replace(/\.$/, '');
  return WIRE_PRICE.test(price) ? price : undefined;
}

/** Moves the point between `whole` and `decimals` by `places` to the right. */
function shiftPoint(whole: string, decimals: string, places: number): string {
  const digits = whole + decimals;
  const point = whole.length + places;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}
