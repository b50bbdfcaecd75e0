// The tables of docs/observability.md, between their markers, generated from the counter table in the code.

import fs from 'node:fs';
import {
  COUNTER_TABLE,
  COUNTERS,
  COUNTING_PROCESSES,
  type CounterName,
  isLatencyCounter,
} from '../../src/monitoring/counter-table.ts';

const PAGE = new URL('../../docs/observability.md', import.meta.url);
const BEGIN = '<!-- counters -->';
const END = '<!-- /counters -->';

/** The page with the tables that the code has now. Throws when a marker is missing. */
export function observabilityPage(): string {
  const text = fs.readFileSync(PAGE, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/observability.md: expected ${BEGIN}, and ${END} after it`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${tables()}\n${text.slice(end)}`;
}

/** What every process counts stands in one table; the others have what only one process counts. */
function tables(): string {
  const [first] = COUNTING_PROCESSES;
  const shared = COUNTER_TABLE.namesOf(first).filter((name) => !isLatencyCounter(name) && isShared(name));
  const own = COUNTING_PROCESSES.map((owner) =>
    COUNTER_TABLE.namesOf(owner).filter((name) => !isLatencyCounter(name) && !isShared(name)),
  );
  return [
    table(shared, (name) => `<process>.${fieldOf(name)}`),
    ...own.map((names) => table(names, (name) => name)),
  ].join('\n');
}

/** Whether every process has a counter of this name and meaning. */
function isShared(name: CounterName): boolean {
  const isSame = (other: CounterName) =>
    fieldOf(other) === fieldOf(name) && COUNTERS[other].about === COUNTERS[name].about;
  return COUNTING_PROCESSES.every((owner) => COUNTER_TABLE.namesOf(owner).some(isSame));
}

function fieldOf(name: CounterName): string {
  return name.slice(name.indexOf('.') + 1);
}

function table(names: readonly CounterName[], label: (name: CounterName) => string): string {
  const rows = names.map(
    (name) => `| \`${label(name)}\` | ${COUNTERS[name].kind} | ${COUNTERS[name].about} |\n`,
  );
  return `| counter | kind | meaning |\n| --- | --- | --- |\n${rows.join('')}`;
}
