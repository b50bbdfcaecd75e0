// The line that confirms a fill.

import type { FilledReport } from './orders.ts';
import { priceText } from './price-text.ts';
import { quantityText } from './quantity.ts';

/** `Received Order 12: BUY 10 AAPL @ 173.20` */
export function confirmation(report: FilledReport): string {
  const { orderId, side, quantity, symbol, price } = report;
  return `Received Order ${orderId}: ${side} ${quantityText(quantity)} ${symbol} @ ${priceText(price)}`;
}
