// Formats numbers for people, and lays them out in tables.

import type { Case, Measure, Unit } from '../benchmark.ts';

/** Factors and unit names, largest first. */
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

/** Three significant digits, in the largest unit that keeps the number above 1. */
export function quantity(value: number, unit: Unit): string {
  const [factor, name] = scaleOf(value, unit);
  return `${digits(value / factor)}${name}`;
}

function scaleOf(value: number, unit: Unit): Scale[number] {
  const scale = SCALES[unit];
  return scale.find(([least]) => Math.abs(value) >= least) ?? scale[scale.length - 1];
}

/** The median, and in brackets the range of the samples in the unit of the median: `44.8 µs (39.7–51.2)`. */
export function withSpread({ unit, samples, median, min, max }: Measure): string {
  const [factor, name] = scaleOf(median, unit);
  const [shown, least, greatest] = [median, min, max].map((value) => digits(value / factor));
  if (samples.length === 1 || least === greatest) return `${shown}${name}`;
  return `${shown}${name} (${least}${min < 0 ? ' to ' : '–'}${greatest})`;
}

/** A Markdown table with one row per case and one column per measure. */
export function markdownTable(
  cases: readonly Case[],
  columns: readonly string[] = columnsOf(cases),
  show = withSpread,
): string {
  const rows = cases.map((row) => [
    row.name + (row.note === undefined ? '' : `: ${row.note}`),
    ...columns.map((column) => (row.measures[column] ? show(row.measures[column]) : '')),
  ]);
  return tableOf(['', ...columns], rows);
}

/** A Markdown table of texts; all columns but the first are aligned to the right. */
export function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const [, ...numbers] = heads;
  return [line(heads), `|---|${numbers.map(() => '---:|').join('')}`, ...rows.map(line)].join('\n');
}

/** The same cases for a terminal, as one block per case. */
export function terminalText(cases: readonly Case[]): string {
  return cases.map(caseText).join('\n');
}

/** Every column that some case has. */
export function columnsOf(cases: readonly Case[]): string[] {
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
