// Draws charts as SVG files that are readable on light and dark pages.

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

/** A point of a line, or a bar. */
export interface Point {
  readonly series: string;
  readonly x: number;
  readonly y: number;
  /** Range of the samples. */
  readonly min: number;
  readonly max: number;
}

export interface LineChart {
  readonly title: string;
  /** `names` label the values 0, 1, 2 and so on. */
  readonly x: { readonly label: string; readonly log?: boolean; readonly names?: readonly string[] };
  /** The title names its unit. */
  readonly y: { readonly log?: boolean };
  readonly points: readonly Point[];
  /** Draws y = x. */
  readonly diagonal?: boolean;
}

export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly label: string;
  readonly highlighted: boolean;
}

const WIDTH = 720;
const HEIGHT = 340;
const ROW_HEIGHT = 30;
const ACCENT = '#2f81f7';
const QUIET = '#8b949e';
const COLORS = [ACCENT, '#d29922', '#3fb950', '#db61a2', '#a371f7'];
/** The chart sets its own background, because the page may not follow the color scheme of the reader's system. */
const STYLE = `<style>
  svg { color: #1f2328; background: #ffffff; border-radius: 6px }
  @media (prefers-color-scheme: dark) { svg { color: #e6edf3; background: #0d1117 } }
</style>`;

export function lineChart({ title, x, y, points, diagonal = false }: LineChart): string {
  const series = [...new Set(points.map((point) => point.series))];
  const { names } = x;
  const named = names && {
    ticks: names.map((_, index) => index),
    tickFormat: (index: number) => names[index],
  };
  const marks = [
    Plot.ruleX(points, {
      x: 'x',
      y1: 'min',
      y2: 'max',
      stroke: 'series',
      strokeOpacity: 0.5,
      strokeWidth: 3,
    }),
    Plot.line(points, { x: 'x', y: 'y', stroke: 'series', strokeWidth: 2, marker: 'dot' }),
  ];
  const all = Plot.line(points, { x: 'x', y: 'x', stroke: QUIET, strokeDasharray: '4,4', sort: 'x' });
  return svgOf(title, series.length > 1 ? series : [], {
    height: HEIGHT,
    marginLeft: 50,
    marginRight: 30,
    x: { ...axis(x), ...named },
    y: { ...axis({ label: null, ...y }), grid: true, zero: !y.log },
    color: { domain: series, range: COLORS },
    marks: diagonal ? [all, ...marks] : marks,
  });
}

/** Horizontal bars, in the order given. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ name }) => name.length));
  return svgOf(title, [], {
    height: 60 + bars.length * ROW_HEIGHT,
    marginLeft: longest * 6 + 16,
    marginRight: 80,
    x: { axis: null },
    y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0 },
    marks: [
      Plot.barX(bars, { x: 'value', y: 'name', fill: (bar: Bar) => (bar.highlighted ? ACCENT : QUIET) }),
      Plot.text(bars, {
        x: 'value',
        y: 'name',
        text: 'label',
        textAnchor: 'start',
        dx: 6,
        fill: 'currentColor',
      }),
    ],
  });
}

function axis({ label, log = false }: { readonly label: string | null; readonly log?: boolean }) {
  return { label, type: log ? 'log' : 'linear', tickFormat: '~s', labelArrow: false } as const;
}

function svgOf(title: string, series: readonly string[], options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const size = { width: WIDTH, marginTop: series.length > 0 ? 56 : 36, marginBottom: 40 };
  const svg = Plot.plot({ ...options, ...size, document } as Plot.PlotOptions).outerHTML;
  const from = svg.indexOf('>') + 1;
  const opening = svg.slice(0, from).replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return `${opening}${STYLE}${headingOf(title, series)}${svg.slice(from)}\n`;
}

function headingOf(title: string, series: readonly string[]): string {
  const names = series.map(
    (name, index) => `<tspan fill="${COLORS[index]}" dx="${index === 0 ? 0 : 14}">\u25cf ${name}</tspan>`,
  );
  return `<title>${title}</title><g text-anchor="start"><text x="12" y="20" font-size="13" font-weight="600">${title}</text><text x="12" y="40" font-size="11">${names.join('')}</text></g>`;
}
