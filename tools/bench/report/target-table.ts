// The targets in performance_report.md: what is met, and why the others are missed.

import type { Unit } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { times } from './findings.ts';
import { quantity } from './format.ts';
import { type Aim, TARGETS, type Target } from './targets.ts';

type Verdict = 'met' | 'missed' | 'not measured';

interface Judged extends Target {
  readonly figure: number | undefined;
  readonly verdict: Verdict;
}

/** A section with every target, its figure, and why it is missed. */
export function targetSection(results: Results): string {
  const judged = TARGETS.map((target): Judged => {
    const figure = target.find(results);
    return { ...target, figure, verdict: verdictOf(target.aim, figure) };
  });
  const of = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict);
  return [
    '## Targets',
    `${of('met').length} met, ${of('missed').length} missed, ${of('not measured').length} not measured. Latencies are at 20,000 ticks per second without fsync. [What was tried](docs/benchmarks/design-notes.md). Missed:`,
    of('missed')
      .map((target) => `- ${shortText(target)}. ${target.why ?? ''}`)
      .join('\n'),
  ].join('\n\n');
}

function verdictOf([bound, limit]: Aim, figure: number | undefined): Verdict {
  if (figure === undefined) return 'not measured';
  const isMet = bound === 'at least' ? figure >= limit : figure <= limit;
  return isMet ? 'met' : 'missed';
}

function shortText({ name, aim, figure = Number.NaN }: Judged): string {
  const [bound, limit, unit] = aim;
  return `${name}: ${inUnit(figure, unit)} (target ${bound === 'at least' ? '≥' : '≤'} ${inUnit(limit, unit)})`;
}

function inUnit(value: number, unit: Unit | 'times'): string {
  return unit === 'times' ? times(value) : quantity(value, unit);
}
