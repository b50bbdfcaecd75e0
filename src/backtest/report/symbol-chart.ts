// The prices of one symbol, with its indicators and the orders that were filled.

import { quantityText } from '../../domain/quantity.ts';
import type { Fill } from '../fill.ts';
import type { IndicatorLine } from '../indicator-history.ts';
import { type Frame, placed, timeAxis, valueAxis } from './axes.ts';
import { shortUsd } from './equity-chart.ts';
import { html, type Markup } from './html.ts';
import { fixed, linePath, type Points } from './line.ts';
import { linear, roundValues, type Scale, timeLabels } from './scale.ts';

const FRAME: Frame = { width: 530, height: 200, left: 48, right: 12, top: 10, bottom: 26 };
/** Of an indicator that is not in USD. */
const OWN_FRAME: Frame = { ...FRAME, height: 76, bottom: 8 };
const TIME_LABELS = 6;
const MARK = 4.5;

/** Prices in USD by time in ms; indicators in USD over them, the others below, each on a scale of its own. */
export function symbolChart(
  symbol: string,
  prices: Points,
  fills: readonly Fill[],
  indicators: readonly IndicatorLine[] = [],
): Markup {
  const lines = indicators.map((line, index) => ({ ...line, index }));
  const over = lines.filter(({ scale }) => scale === 'price');
  const times = Array.from({ length: prices.count }, (_, index) => prices.x(index));
  const values = Array.from({ length: prices.count }, (_, index) => prices.y(index));
  const [first, last] = [times[0], times[times.length - 1]];
  for (const line of over) for (const value of line.values) values.push(value);
  const [low, high] = boundsOf(values);
  const x = linear(first, last, FRAME.left, FRAME.width - FRAME.right);
  const y = linear(low, high, FRAME.height - FRAME.bottom, FRAME.top);
  const labels = timeLabels(first, last, TIME_LABELS).map(({ timeMs, text }) => ({ at: x(timeMs), text }));
  const marks = fills.map((fill) => markOf(fill, x(fill.timeMs), y(fill.price)));
  return html`<svg viewBox="0 0 ${FRAME.width} ${FRAME.height}" role="img" aria-label="Price and trades of ${symbol}">
${valueAxis(FRAME, placed(roundValues(y, 4), y, shortUsd))}${timeAxis(FRAME, labels)}
<path class="price" d="${linePath(prices, x, y)}"/>${over.map((line) => pathOf(line, x, y))}${marks}</svg>
${lines.filter(({ scale }) => scale === 'own').map((line) => ownChart(symbol, line, x))}
${lines.length === 0 ? [] : html`<figcaption>${lines.map(({ name, index }) => html`<span class="${colourOf(index)}">${name}</span> `)}</figcaption>`}`;
}

/** An indicator, with its place among those of the strategy. */
type PlacedLine = IndicatorLine & { readonly index: number };

function ownChart(symbol: string, line: PlacedLine, x: Scale): Markup {
  const [low, high] = boundsOf(line.values);
  const y = linear(low, high, OWN_FRAME.height - OWN_FRAME.bottom, OWN_FRAME.top);
  return html`<svg viewBox="0 0 ${OWN_FRAME.width} ${OWN_FRAME.height}" role="img" aria-label="${line.name} of ${symbol}">
${valueAxis(OWN_FRAME, placed(roundValues(y, 2), y, shortUsd))}${pathOf(line, x, y)}</svg>`;
}

function pathOf({ timesMs, values, index }: PlacedLine, x: Scale, y: Scale): Markup {
  const points = { count: values.length, x: (at: number) => timesMs[at], y: (at: number) => values[at] };
  return html`<path class="indicator ${colourOf(index)}" d="${linePath(points, x, y)}"/>`;
}

function colourOf(index: number): string {
  return `i${index}`;
}

function boundsOf(values: readonly number[]): [number, number] {
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  return [low, high];
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
