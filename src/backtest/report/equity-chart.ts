// Equity against buy and hold, with the deepest drawdowns shaded, and the depth of all drawdowns below.

import { MS_PER_DAY } from '../day-closes.ts';
import type { Drawdown } from '../drawdowns.ts';
import type { EquityCurve } from '../measures.ts';
import { type Frame, placed, timeAxis, valueAxis } from './axes.ts';
import { html, type Markup } from './html.ts';
import { fixed, linePath } from './line.ts';
import { linear, logarithmic, logValues, roundValues, type Scale, timeLabels } from './scale.ts';

export const EQUITY: Frame = { width: 1080, height: 380, left: 66, right: 120, top: 14, bottom: 28 };
const DEPTH: Frame = { ...EQUITY, height: 150 };
/** Above this ratio of the highest to the lowest equity the scale is logarithmic. */
const LINEAR_RATIO_MAX = 4;
const TIME_LABELS = 11;
const LABEL_GAP = 15;
/** A drawdown that is narrower has no number. */
const NUMBERED_WIDTH_MIN = 12;

export interface EquityChart {
  readonly svg: Markup;
  readonly isLogarithmic: boolean;
}

/** @param shaded drawdowns of the strategy's curve */
export function equityChart(
  strategy: EquityCurve,
  held: EquityCurve,
  shaded: readonly Drawdown[],
): EquityChart {
  const values = [strategy.capital, ...Array.from(strategy.equity), ...Array.from(held.equity)];
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  const isLogarithmic = low > 0 && high / low > LINEAR_RATIO_MAX;
  const x = timeScale(strategy, EQUITY);
  const margin = isLogarithmic ? 0 : (high - low) * 0.04;
  const y = (isLogarithmic ? logarithmic : linear)(
    low - margin,
    high + margin,
    EQUITY.height - EQUITY.bottom,
    EQUITY.top,
  );
  const labels = isLogarithmic ? logValues(y) : roundValues(y, 6);
  const svg = html`<svg viewBox="0 0 ${EQUITY.width} ${EQUITY.height}" role="img" aria-label="Equity of the strategy and of buy and hold" data-chart="equity">
${shades(strategy, shaded, x)}${valueAxis(EQUITY, placed(labels, y, shortUsd))}${times(strategy, x, EQUITY)}
<path class="held" d="${linePath(pointsOf(held), x, y)}"/><path class="strategy" d="${linePath(pointsOf(strategy), x, y)}"/>
${endLabels(strategy, held, y)}<line class="cursor" y1="${EQUITY.top}" y2="${EQUITY.height - EQUITY.bottom}"/></svg>`;
  return { svg, isLogarithmic };
}

/** The loss since the last peak of each day. */
export function depthChart(curve: EquityCurve): Markup {
  const depths = depthsOf(curve);
  const x = timeScale(curve, DEPTH);
  const deepest = depths.reduce((one, other) => Math.min(one, other), -0.001);
  const y = linear(deepest, 0, DEPTH.height - DEPTH.bottom, DEPTH.top);
  const points = {
    count: depths.length,
    x: (index: number) => curve.days[index],
    y: (index: number) => depths[index],
  };
  const line = linePath(points, x, y);
  const [first, last] = [x(curve.days[0]), x(curve.days[curve.days.length - 1])];
  const area = `${line}L${fixed(last)} ${fixed(y(0))}L${fixed(first)} ${fixed(y(0))}Z`;
  return html`<svg viewBox="0 0 ${DEPTH.width} ${DEPTH.height}" role="img" aria-label="Drawdowns of the strategy">
${valueAxis(
  DEPTH,
  placed(roundValues(y, 3), y, (value) => `${Number((value * 100).toFixed(2))} %`),
)}${times(curve, x, DEPTH)}
<path class="depth-area" d="${area}"/><path class="depth" d="${line}"/></svg>`;
}

function depthsOf({ capital, equity }: EquityCurve): Float64Array {
  let peak = capital;
  return Float64Array.from(equity, (value) => {
    peak = Math.max(peak, value);
    return value / peak - 1;
  });
}

function timeScale({ days }: EquityCurve, { left, width, right }: Frame): Scale {
  return linear(days[0], days[days.length - 1], left, width - right);
}

function times({ days }: EquityCurve, x: Scale, frame: Frame): Markup[] {
  const labels = timeLabels(days[0] * MS_PER_DAY, days[days.length - 1] * MS_PER_DAY, TIME_LABELS);
  return timeAxis(
    frame,
    labels.map(({ timeMs, text }) => ({ at: x(timeMs / MS_PER_DAY), text })),
  );
}

function shades({ days }: EquityCurve, shaded: readonly Drawdown[], x: Scale): Markup[] {
  return shaded.map(({ peak, end }, index) => {
    const from = x(days[Math.max(peak, 0)]);
    const width = Math.max(1, x(days[end ?? days.length - 1]) - from);
    return html`<rect class="shade" x="${fixed(from)}" y="${EQUITY.top}" width="${fixed(width)}" height="${EQUITY.height - EQUITY.top - EQUITY.bottom}"/>
${width < NUMBERED_WIDTH_MIN ? [] : html`<text class="label" x="${fixed(from + 4)}" y="${EQUITY.top + 12}">${index + 1}</text>`}`;
  });
}

function pointsOf({ days, equity }: EquityCurve) {
  return { count: equity.length, x: (index: number) => days[index], y: (index: number) => equity[index] };
}

/** The names of the lines at their ends, moved apart where they would overlap. */
function endLabels(strategy: EquityCurve, held: EquityCurve, y: Scale): Markup {
  const at = (curve: EquityCurve) => y(curve.equity[curve.equity.length - 1]);
  const [own, other] = [at(strategy), at(held)];
  const isAbove = own <= other;
  const middle = (own + other) / 2;
  const isClose = Math.abs(own - other) < LABEL_GAP;
  const placeOf = (place: number, sign: number) => (isClose ? middle + (sign * LABEL_GAP) / 2 : place);
  const x = EQUITY.width - EQUITY.right + 8;
  return html`<text class="end strategy-text" x="${x}" y="${fixed(placeOf(own, isAbove ? -1 : 1) + 4)}">strategy</text>
<text class="end held-text" x="${x}" y="${fixed(placeOf(other, isAbove ? 1 : -1) + 4)}">buy and hold</text>`;
}

/** `1.2 M`, `250 k`. */
export function shortUsd(amount: number): string {
  const size = Math.abs(amount);
  if (size >= 1e9) return `${Number((amount / 1e9).toPrecision(4))} bn`;
  if (size >= 1e6) return `${Number((amount / 1e6).toPrecision(4))} M`;
  if (size >= 1e4) return `${Number((amount / 1e3).toPrecision(5))} k`;
  return String(Number(amount.toPrecision(6)));
}
