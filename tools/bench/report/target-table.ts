// What was aimed at, and what was reached: a section of the report.

import type { Results } from '../results.ts';
import { type Finding, times } from './findings.ts';
import { quantity } from './format.ts';
import { type Aim, TARGETS, type Target } from './targets.ts';

type Verdict = 'met' | '**not met**' | 'stated' | 'not measured';

interface Judged {
  readonly name: string;
  readonly aim: Aim;
  readonly text: string;
  readonly verdict: Verdict;
}

/** The section, with every target. */
export function targetTable(results: Results): string {
  const judged = TARGETS.map((target) => judge(target, results));
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length;
  return [
    '## What was aimed at, and what was reached',
    `Targets: ${count('met')} met, ${count('**not met**')} not met, ${count('not measured')} not measured. Judged are medians, their spread beside them; of ticks lost, the worst sample. Ratios are of one run. Latencies are of the [run in turn with C and Python](#the-same-latencies-through-c-and-through-python), whose figures stand in the row: what this machine gives others, who do less.`,
    ['| target | aimed at | measured | |', '| --- | --- | --- | --- |', ...judged.map(row)].join('\n'),
    'Why some are not met, and what was tried: [docs/performance-notes.md](docs/performance-notes.md).',
  ].join('\n\n');
}

function judge({ name, aim, find }: Target, results: Results): Judged {
  const finding = find(results);
  return { name, aim, text: finding?.text ?? '', verdict: verdictOf(aim, finding) };
}

function verdictOf(aim: Aim, finding: Finding | undefined): Verdict {
  if (!finding) return 'not measured';
  if (aim === 'stated') return 'stated';
  const [bound, limit] = aim;
  const isMet = bound === 'at least' ? finding.value >= limit : finding.value <= limit;
  return isMet ? 'met' : '**not met**';
}

function row({ name, aim, text, verdict }: Judged): string {
  return `| ${name} | ${aimText(aim)} | ${text} | ${verdict} |`;
}

function aimText(aim: Aim): string {
  if (aim === 'stated') return 'to be stated';
  const [bound, value, unit] = aim;
  return `${bound} ${unit === 'times' ? times(value) : quantity(value, unit)}`;
}
