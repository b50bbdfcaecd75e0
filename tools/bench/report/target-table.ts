// The targets in performance_report.md: what is met, and why the others are missed.

import type { Unit } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { type Finding, times } from './findings.ts';
import { quantity } from './format.ts';
import { type Aim, TARGETS, type Target } from './targets.ts';

type Verdict = 'met' | 'missed' | 'stated' | 'not measured';

interface Judged extends Target {
  readonly finding: Finding | undefined;
  readonly verdict: Verdict;
}

/** A section with every target, its figure, and why it is missed. */
export function targetSection(results: Results): string {
  const judged = TARGETS.map((target): Judged => {
    const finding = target.find(results);
    return { ...target, finding, verdict: verdictOf(target.aim, finding) };
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

function verdictOf(aim: Aim, finding: Finding | undefined): Verdict {
  if (!finding) return 'not measured';
  if (aim === 'stated') return 'stated';
  const [bound, limit] = aim;
  const isMet = bound === 'at least' ? finding.value >= limit : finding.value <= limit;
  return isMet ? 'met' : 'missed';
}

function shortText(target: Judged): string {
  return `${target.name}: ${valueText(target)} (target ${aimText(target.aim)})`;
}

/** The figure alone, in the unit of the target. */
function valueText({ aim, finding }: Judged): string {
  if (aim === 'stated' || !finding) return '';
  const [, , unit] = aim;
  return inUnit(finding.value, unit);
}

function aimText(aim: Aim): string {
  if (aim === 'stated') return '';
  const [bound, value, unit] = aim;
  return `${bound === 'at least' ? '≥' : '≤'} ${inUnit(value, unit)}`;
}

function inUnit(value: number, unit: Unit | 'times'): string {
  return unit === 'times' ? times(value) : quantity(value, unit);
}
