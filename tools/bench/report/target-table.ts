// Targets and results: docs/benchmarks/targets.md has all, performance_report.md those that are missed.

import type { Unit } from '../benchmark.ts';
import type { Results } from '../results.ts';
import { type Finding, times } from './findings.ts';
import { quantity } from './format.ts';
import { type Aim, TARGETS, type Target } from './targets.ts';

type Verdict = 'met' | '**missed**' | 'stated' | 'not measured';

interface Judged extends Target {
  readonly finding: Finding | undefined;
  readonly verdict: Verdict;
}

/** The page with every target. */
export function targetPage(results: Results): string {
  return [
    '# Targets',
    `${countsOf(judgedTargets(results))} Medians are judged, and for lost ticks the worst sample. A ratio compares two measures of one run. Latencies are at 20,000 ticks per second without fsync, from the run that [alternates with C and Python](latency.md).`,
    ['| target | limit | measured | |', '| --- | --- | --- | --- |', ...judgedTargets(results).map(row)].join(
      '\n',
    ),
    'Why some are missed: [performance report](../../performance_report.md). What was tried: [design notes](design-notes.md).',
  ].join('\n\n');
}

/** A section with one line per missed target, which says why. */
export function missedTargets(results: Results): string {
  const judged = judgedTargets(results);
  const missed = judged.filter(({ verdict }) => verdict === '**missed**');
  return [
    '## Missed targets',
    `${countsOf(judged)} [All targets](docs/benchmarks/targets.md); [what was tried](docs/benchmarks/design-notes.md).`,
    missed
      .map(
        (target) =>
          `- **${target.name}**: ${valueText(target)}, target ${aimText(target.aim)}. ${target.why ?? ''}`,
      )
      .join('\n'),
  ].join('\n\n');
}

function judgedTargets(results: Results): Judged[] {
  return TARGETS.map((target) => {
    const finding = target.find(results);
    return { ...target, finding, verdict: verdictOf(target.aim, finding) };
  });
}

function countsOf(judged: readonly Judged[]): string {
  const count = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict).length;
  return `${count('met')} targets are met, ${count('**missed**')} are missed, ${count('not measured')} are not measured.`;
}

function verdictOf(aim: Aim, finding: Finding | undefined): Verdict {
  if (!finding) return 'not measured';
  if (aim === 'stated') return 'stated';
  const [bound, limit] = aim;
  const isMet = bound === 'at least' ? finding.value >= limit : finding.value <= limit;
  return isMet ? 'met' : '**missed**';
}

function row({ name, aim, finding, verdict }: Judged): string {
  return `| ${name} | ${aimText(aim)} | ${finding?.text ?? ''} | ${verdict} |`;
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
  return `${bound} ${inUnit(value, unit)}`;
}

function inUnit(value: number, unit: Unit | 'times'): string {
  return unit === 'times' ? times(value) : quantity(value, unit);
}
