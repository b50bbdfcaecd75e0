// Prices as text, for logs and tables.

/** A price in USD with 2 decimals, or as many as it needs, up to 8; never in exponent form. */
export function priceText(price: number): string {
  // From 10^21 on, toFixed returns an exponent, and a double has no decimals left.
  if (price >= 1e21) return `${BigInt(price)}.00`;
  return price.toFixed(8).replace(/0{1,6}$/, '');
}
