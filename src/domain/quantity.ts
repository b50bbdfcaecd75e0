// Quantities of shares, with up to 8 decimals. A quantity is the double that is nearest to its decimal, and is added as
// a whole number of units of 10^-8 shares: so sums are exact, and their text is the decimal.

import { decimalText } from './decimal-text.ts';

const UNITS_PER_SHARE = 1e8;

/** Shares up to which a quantity may have decimals. Sums of two such quantities are exact in doubles too. */
export const FRACTIONAL_SHARES_MAX = 10_000_000;

/** The smallest quantity of an order, in shares. */
export const QUANTITY_MIN = 1 / UNITS_PER_SHARE;

/** Whether this is a quantity: whole, or of at most 8 decimals and within FRACTIONAL_SHARES_MAX. Of either sign. */
export function isQuantity(shares: number): boolean {
  if (Number.isInteger(shares)) return true;
  return Math.abs(shares) <= FRACTIONAL_SHARES_MAX && roundedQuantity(shares) === shares;
}

/** The quantity with 8 decimals that is nearest to a number of shares. */
export function roundedQuantity(shares: number): number {
  return Number.isInteger(shares) ? shares : fromUnits(unitsOf(shares));
}

/**
 * The exact sum of two quantities of either sign. If one has decimals, both must be within twice
 * FRACTIONAL_SHARES_MAX, which the risk checks see to.
 */
export function addQuantities(a: number, b: number): number {
  if (Number.isInteger(a) && Number.isInteger(b)) return a + b;
  return fromUnits(unitsOf(a) + unitsOf(b));
}

/** `10`, `0.015`, `-0.00000001`: all decimals, and never an exponent. */
export function quantityText(shares: number): string {
  return Number.isInteger(shares) ? decimalText(shares) : shares.toFixed(8).replace(/\.?0+$/, '');
}

function unitsOf(shares: number): number {
  return Math.round(shares * UNITS_PER_SHARE);
}

/** Adding 0 turns -0 into 0. */
function fromUnits(units: number): number {
  return units / UNITS_PER_SHARE + 0;
}
