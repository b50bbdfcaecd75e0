// Prices and money as text, for logs and tables.

/** A price in USD with 2 decimals, or as many as it needs, up to 8; never in exponent form. */
export function priceText(price: number): string {
  // From 10^21 on, toFixed returns an exponent, and a double has no decimals left.
  if (price >= 1e21) return `${BigInt(price)}.00`;
  return price.toFixed(8).replace(/0{1,6}$/, '');
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
