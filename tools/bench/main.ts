// ./tickline bench: runs benchmarks one after the other, saves the results, and writes the report.

import fs from 'node:fs';
import os from 'node:os';
import { expectedError } from '../../src/platform/expected-error.ts';
import {
  durationBetween,
  exitWhenWritten,
  integerUpTo,
  STATUS_INTERRUPTED,
  toolCommand,
} from '../command-line.ts';
import { closeStacks } from '../testing/stack.ts';
import type { Benchmark, Effort } from './benchmark.ts';
import { BENCHMARKS, chosen } from './catalogue.ts';
import { comparison } from './compare.ts';
import { drawingOf } from './drawing.ts';
import { commit, thisMachine } from './machine.ts';
import { terminalText } from './report/format.ts';
import { REPORT, writeReport } from './report/report.ts';
import {
  type BenchmarkResult,
  FORMAT,
  LATEST,
  merged,
  type Results,
  ResultsFileError,
  readResults,
  writeResults,
} from './results.ts';
import { soak } from './soak.ts';

const FULL: Effort = { repeats: 3, warmUpMs: 1_000, windowMs: 1_500, soakMs: 3_600_000, quick: false };
const QUICK: Effort = { repeats: 1, warmUpMs: 200, windowMs: 250, soakMs: 1_500, quick: true };
const LOAD_BUSY = 0.5;
const REPEATS_MAX = 1_000;

interface Options {
  readonly quick?: true;
  readonly repeats?: number;
  readonly soak?: number;
  readonly json?: string;
  readonly list?: true;
  readonly report?: true;
  readonly compare?: readonly string[];
}

const program = toolCommand('tickline bench', 'Runs the named benchmarks, or all but the soak (25 minutes)')
  .argument('[names...]', 'benchmarks; "scaling" names all whose names begin with it')
  .option('--quick', 'takes few short samples, to check that everything works')
  .option('--repeats <N>', 'samples per measure (default: 3, with --quick 1)', integerUpTo(REPEATS_MAX))
  .option('--soak <TIME>', 'duration of the benchmark "soak" (default: 1h)', durationBetween('1s', '24h'))
  .option('--json <FILE>', 'writes the results to this file only')
  .option('--list', 'lists the benchmarks')
  .option('--report', `writes ${REPORT} from the saved results and measures nothing`)
  .option('--compare <FILES...>', 'shows the differences between two files of results')
  .action(bench);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void closeStacks().then(() => process.exit(STATUS_INTERRUPTED)));
}
try {
  await program.parseAsync();
} catch (error) {
  const expected = expectedError(error);
  console.error(expected ? `tickline bench: ${expected.message}` : error);
  process.exit(expected ? expected.exitStatus : 1);
}
exitWhenWritten();

async function bench(names: readonly string[], options: Options): Promise<void> {
  if (options.list) list();
  else if (options.report) await report();
  else if (options.compare) compare(options.compare);
  else await run(names, options);
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const benchmarks = chosen(names);
  if (options.soak !== undefined && !benchmarks.includes(soak))
    program.error('--soak sets the duration of the benchmark "soak": name it, too');
  const effort = effortOf(options);
  const machine = thisMachine();
  const origin = { command: ['./tickline bench', ...process.argv.slice(2)].join(' '), load: os.loadavg()[0] };
  if (origin.load > LOAD_BUSY)
    logProgress(`the machine is busy (load ${origin.load.toFixed(2)}): these results will not be comparable`);
  const found: Record<string, BenchmarkResult> = {};
  for (const [index, benchmark] of benchmarks.entries()) {
    logProgress(`${index + 1} of ${benchmarks.length}: ${benchmark.name}`);
    console.log(`${benchmark.title}\n\n${drawingOf(benchmark.file)}\n`);
    found[benchmark.name] = { ...origin, ...(await oneBenchmark(benchmark, effort)) };
    console.log(`${terminalText(found[benchmark.name].cases)}\n`);
  }
  await save({ format: FORMAT, machine, quick: effort.quick, benchmarks: found }, options);
}

async function oneBenchmark(
  benchmark: Benchmark,
  effort: Effort,
): Promise<Omit<BenchmarkResult, 'command' | 'load'>> {
  const began = { commit: commit(), date: new Date().toISOString() };
  const startedAt = performance.now();
  const cases = await benchmark.run({
    effort,
    progress: (text) => logProgress(`  ${benchmark.name}: ${text}`),
  });
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  return { title: benchmark.title, ...began, seconds, cases };
}

/** Quick results are not saved unless a file is named, so that they are not taken for measurements. */
async function save(results: Results, { json }: Options): Promise<void> {
  if (json !== undefined) {
    writeResults(json, results);
  } else if (!results.quick) {
    writeResults(LATEST, merged(fs.existsSync(LATEST) ? readResults(LATEST) : undefined, results));
    logProgress(`saved in ${LATEST}`);
    await report().catch((error) => {
      if (!(error instanceof ResultsFileError)) throw error;
      logProgress(`no report yet: ${error.message}`);
    });
  }
}

async function report(): Promise<void> {
  await writeReport(readResults(LATEST));
  logProgress(`made ${REPORT}`);
}

function compare(files: readonly string[]): void {
  if (files.length !== 2) {
    program.error('--compare expects two files of results, as --json writes them');
  }
  const [before, after] = files.map(readResults);
  for (const line of comparison(before, after)) console.log(line);
}

function list(): void {
  for (const { name, title } of BENCHMARKS) console.log(`${name.padEnd(18)} ${title}`);
}

function effortOf({ quick, repeats, soak }: Options): Effort {
  const effort = quick ? QUICK : FULL;
  return { ...effort, repeats: repeats ?? effort.repeats, soakMs: soak ?? effort.soakMs };
}

/** Progress goes to stderr, because stdout has only the results. */
function logProgress(text: string): void {
  console.error(text);
}
