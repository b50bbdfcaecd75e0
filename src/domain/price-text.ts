// Prices and money as text, for logs and tables.

/** Below it, a price of whole cents has zeros from the third to the eighth decimal of its double. */
const CENTS_MAX = 1e9;

/** A price in USD with 2 decimals, or as many as it needs, up to 8; never in exponent form. */
export function priceText(price: number): string {
  const cents = Math.round(price * 100);
  if (cents / 100 === price && cents >= 0 && cents < CENTS_MAX) return centsText(cents);
  // From 10^21 on, toFixed returns an exponent, and a double has no decimals left.
  if (price >= 1e21) return `${BigInt(price)}.00`;
  return price.toFixed(8).replace(/0{1,6}$/, '');
}

/** In a third of the time of toFixed(). */
function centsText(cents: number): string {
  const rest = cents % 100;
  return `${(cents - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}

/**
 * An amount in USD with 2 decimals. One below a cent that is not zero keeps its first two digits: `0.000012`, up to 10
 * decimals.
 */
export function moneyText(amount: number): string {
  const size = Math.abs(amount);
  const isBelowCents = size > 0 && size < 0.01;
  const decimals = isBelowCents ? Math.min(10, 1 - Math.floor(Math.log10(size))) : 2;
  const text = priceTextOf(amount, decimals);
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

function priceTextOf(amount: number, decimals: number): string {
  return Math.abs(amount) >= 1e21 ? `${BigInt(Math.trunc(amount))}.00` : amount.toFixed(decimals);
}

/** An average price in USD: with 2 decimals, or below 1 USD with up to 8. */
export function averageText(price: number): string {
  return price < 1 ? priceText(price) : moneyText(price);
}
