// The prices of one symbol, with the orders that were filled.

import { quantityText } from '../../domain/quantity.ts';
import type { Fill } from '../fill.ts';
import { type Frame, placed, timeAxis, valueAxis } from './axes.ts';
import { shortUsd } from './equity-chart.ts';
import { html, type Markup } from './html.ts';
import { fixed, linePath, type Points } from './line.ts';
import { linear, roundValues, timeLabels } from './scale.ts';

const FRAME: Frame = { width: 530, height: 200, left: 48, right: 12, top: 10, bottom: 26 };
const TIME_LABELS = 6;
const MARK = 4.5;

/** Prices in USD by time in ms. */
export function symbolChart(symbol: string, prices: Points, fills: readonly Fill[]): Markup {
  const times = Array.from({ length: prices.count }, (_, index) => prices.x(index));
  const values = Array.from({ length: prices.count }, (_, index) => prices.y(index));
  const [first, last] = [times[0], times[times.length - 1]];
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  const x = linear(first, last, FRAME.left, FRAME.width - FRAME.right);
  const y = linear(low, high, FRAME.height - FRAME.bottom, FRAME.top);
  const labels = timeLabels(first, last, TIME_LABELS).map(({ timeMs, text }) => ({ at: x(timeMs), text }));
  const marks = fills.map((fill) => markOf(fill, x(fill.timeMs), y(fill.price)));
  return html`<svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="Price and trades of ${symbol}">
${valueAxis(FRAME, placed(roundValues(y, 4), y, shortUsd))}${timeAxis(FRAME, labels)}
<path class="price" d="${linePath(prices, x, y)}"/>${marks}</svg>`;
}

/** A triangle: up and below the price for a buy, down and above it for a sell. */
function markOf({ side, quantity, price }: Fill, x: number, y: number): Markup {
  const sign = side === 'BUY' ? 1 : -1;
  const points = [
    [x, y + sign * 2],
    [x - MARK, y + sign * (2 + 1.7 * MARK)],
    [x + MARK, y + sign * (2 + 1.7 * MARK)],
  ];
  const text = points.map(([px, py]) => `${fixed(px)},${fixed(py)}`).join(' ');
  return html`<polygon class="${side === 'BUY' ? 'buy' : 'sell'}" points="${text}"><title>${side} ${quantityText(quantity)} @ ${price}</title></polygon>`;
}
