// The tables of docs/observability.md, between their markers, from the table of counters in the code.

import fs from 'node:fs';
import { metricName } from '../../src/dashboard/metrics.ts';
import {
  COUNTERS,
  COUNTING_PROCESSES,
  countersOf,
  isLatencyCounter,
} from '../../src/monitoring/counter-table.ts';

const PAGE = new URL('../../docs/observability.md', import.meta.url);
const BEGIN = '<!-- counters -->';
const END = '<!-- /counters -->';

/** The page as it is, with the tables as the code has them. Throws where a marker is missing. */
export function observabilityPage(): string {
  const text = fs.readFileSync(PAGE, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/observability.md: expected ${BEGIN} and, behind it, ${END}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${tables()}\n${text.slice(end)}`;
}

function tables(): string {
  return COUNTING_PROCESSES.map((owner) => {
    const rows = countersOf(owner)
      .filter((name) => !isLatencyCounter(name))
      .map((name) => {
        const { kind, about } = COUNTERS[name];
        const metric = metricName(name);
        return `| \`${name}\` | ${kind} | ${about} | ${metric === undefined ? '' : `\`${metric}\``} |\n`;
      });
    return `| counter | kind | meaning | in \`/metrics\` |\n| --- | --- | --- | --- |\n${rows.join('')}`;
  }).join('\n');
}
