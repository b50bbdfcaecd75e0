// Numbers as people read them, and rows of them as tables.

import type { Case, Measure, Unit } from '../benchmark.ts';

/** Factors with their names, the largest first. */
type Scale = readonly (readonly [number, string])[];

const PER_SECOND: Scale = [
  [1e6, ' M/s'],
  [1e3, ' k/s'],
  [1, '/s'],
];

const SCALES: Readonly<Record<Unit, Scale>> = {
  'ticks/s': PER_SECOND,
  'orders/s': PER_SECOND,
  ns: [
    [1e9, ' s'],
    [1e6, ' ms'],
    [1e3, ' µs'],
    [1, ' ns'],
  ],
  ms: [
    [1e3, ' s'],
    [1, ' ms'],
  ],
  s: [
    [3600, ' h'],
    [1, ' s'],
  ],
  bytes: [
    [1e9, ' GB'],
    [1e6, ' MB'],
    [1e3, ' kB'],
    [1, ' B'],
  ],
  'bytes/min': [
    [1e6, ' MB/min'],
    [1e3, ' kB/min'],
    [1, ' B/min'],
  ],
  count: [[1, '']],
  '%': [[1, ' %']],
};

/** Three digits that count, with the unit that fits. */
export function quantity(value: number, unit: Unit): string {
  const scale = SCALES[unit];
  const [factor, name] = scale.find(([least]) => Math.abs(value) >= least) ?? scale[scale.length - 1];
  return `${digits(value / factor)}${name}`;
}

/** The median, and from where to where the samples lie. */
export function withSpread({ unit, samples, median, min, max }: Measure): string {
  const shown = quantity(median, unit);
  if (samples.length === 1 || min === max) return shown;
  return `${shown} (${quantity(min, unit)} to ${quantity(max, unit)})`;
}

/** A table of Markdown: one row a case, one column a measure. */
export function markdownTable(
  cases: readonly Case[],
  columns: readonly string[] = columnsOf(cases),
  show = withSpread,
): string {
  const rows = cases.map((row) => [
    row.name + (row.note === undefined ? '' : `: ${row.note}`),
    ...columns.map((column) => (row.measures[column] ? show(row.measures[column]) : '')),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(['', ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) => line(row)),
  ].join('\n');
}

/** The same for a terminal: a block a case. */
export function terminalText(cases: readonly Case[]): string {
  return cases.map(caseText).join('\n');
}

function columnsOf(cases: readonly Case[]): string[] {
  return [...new Set(cases.flatMap((row) => Object.keys(row.measures)))];
}

function caseText({ name, note, measures }: Case): string {
  const width = Math.max(0, ...Object.keys(measures).map((column) => column.length));
  const lines = Object.entries(measures).map(
    ([column, measure]) => `    ${column.padEnd(width)}  ${withSpread(measure)}`,
  );
  return [`  ${name}${note === undefined ? '' : ` (${note})`}`, ...lines].join('\n');
}

function digits(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return String(Number(value.toFixed(Math.min(decimals, 6))));
}
