// The line that people read when an order was filled.

import type { FilledReport } from './orders.ts';

/** `Received Order 12: BUY 10 AAPL @ 173.20` */
export function confirmation(report: FilledReport): string {
  const { orderId, side, quantity, symbol, price } = report;
  return `Received Order ${orderId}: ${side} ${quantity} ${symbol} @ ${priceText(price)}`;
}

/** A price in USD with 2 decimals, or as many as it needs, up to 8; never in exponent form. */
export function priceText(price: number): string {
  // From 10^21 on toFixed gives an exponent, and there are no decimals left anyway.
  if (price >= 1e21) return `${BigInt(price)}.00`;
  return price.toFixed(8).replace(/0{1,6}$/, '');
}
