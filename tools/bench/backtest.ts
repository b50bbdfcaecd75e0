// one core:     history in memory ──▶ trader ──▶ execution      the crossover over 30 symbols, again and again
// one symbol:   the same history ──▶ Tickline | grademark       the same rules, in turn; both give the same trades
// all cores:    ./tickline backtest --sweep                     from the start of the process to the report

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { dayCloses } from '../../src/backtest/day-closes.ts';
import type { History } from '../../src/backtest/history.ts';
import { simulationSettings } from '../../src/backtest/prepare.ts';
import { readHistory } from '../../src/backtest/read-history.ts';
import { simulate } from '../../src/backtest/simulation.ts';
import { messageOf } from '../../src/platform/errors.ts';
import { NODE_FLAGS } from '../../src/platform/node-flags.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { type CommandLine, settingsFor } from '../../src/settings/settings.ts';
import { loadStrategy } from '../../src/strategy/strategy-file.ts';
import { tradesOfGrademark, tradesOfTickline, UnequalTradesError } from './baselines/backtesters.ts';
import { type Bench, type Benchmark, type Case, measure } from './benchmark.ts';
import { inTurn, samplesOf } from './in-turn.ts';
import { ProgramError } from './programs.ts';

const SYMBOL = 'IBM';
const SWEEP = ['short=2..20', 'long=10..200:5'];
const QUICK_SWEEP = ['short=2..3', 'long=10..20:5'];
const MS_PER_S = 1_000;

export const backtest: Benchmark = {
  name: 'backtest',
  title: 'Backtests',
  about:
    'The crossover over the shipped ten years, from memory, on one core. Then one symbol through Tickline and grademark, a backtester from npm, in turn: the same prices and rules (long above the long average, flat below it, filled at the next price), and the benchmark fails unless both give the same trades. Then the whole sweep of short 2 to 20 and long 10 to 200 in steps of 5 as a command, on all cores.',
  file: 'backtest.ts',
  run: async (bench) => [await crossover(bench), ...(await peers(bench)), await sweep(bench)],
};

async function crossover(bench: Bench): Promise<Case> {
  const settings = settingsFor('backtest', { config: false });
  const { history } = await readHistory(settings);
  const closes = dayCloses(history);
  const create = (await loadStrategy(undefined)).withParameters({});
  const once = () => simulate(history, closes, create, simulationSettings(settings));
  const name = 'crossover, 30 symbols, one core';
  rateOf(history, once, bench.effort.warmUpMs);
  const samples = await samplesOf(bench, name, async () => rateOf(history, once, bench.effort.windowMs));
  return { name, measures: { rate: measure('ticks/s', 'higher', samples) } };
}

async function peers(bench: Bench): Promise<Case[]> {
  const settings = settingsFor('backtest', { config: false, symbols: SYMBOL, latency: '1ms' } as CommandLine);
  const { history } = await readHistory(settings);
  const closes = dayCloses(history);
  const tickline = () => tradesOfTickline(history, closes, simulationSettings(settings));
  const grademark = () => tradesOfGrademark(history);
  if (JSON.stringify(tickline()) !== JSON.stringify(grademark())) throw new UnequalTradesError();
  const programs = Object.entries({ tickline, grademark });
  for (const [, once] of programs) rateOf(history, once, bench.effort.warmUpMs);
  const runs = programs.map(
    ([name, once]) =>
      [`one symbol, ${name}`, async () => rateOf(history, once, bench.effort.windowMs)] as const,
  );
  return [...(await inTurn(bench, new Map(runs)))].map(([name, samples]) => ({
    name,
    measures: { rate: measure('ticks/s', 'higher', samples) },
  }));
}

async function sweep(bench: Bench): Promise<Case> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-bench-'));
  const words = bench.effort.quick ? QUICK_SWEEP : SWEEP;
  const name = `sweep on ${availableParallelism()} cores`;
  try {
    const samples = await samplesOf(bench, name, () => oneSweep(words, path.join(folder, 'report.html')));
    return { name, measures: { time: measure('s', 'lower', samples) } };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Seconds from the start of the process to its end. @throws ProgramError */
async function oneSweep(ranges: readonly string[], report: string): Promise<number> {
  const started = performance.now();
  const main = path.join(PROJECT_ROOT, 'src', 'main.ts');
  const words = [main, 'backtest', '--no-config', '--sweep', ...ranges, '--report', report];
  try {
    await promisify(execFile)(process.execPath, [...NODE_FLAGS, ...words]);
  } catch (cause) {
    throw new ProgramError(`the sweep failed: ${messageOf(cause)}`, { cause });
  }
  return (performance.now() - started) / MS_PER_S;
}

/** Ticks per second of what runs over the whole history, again and again for about `windowMs`. */
function rateOf({ prices }: History, once: () => unknown, windowMs: number): number {
  const started = performance.now();
  let ticks = 0;
  do {
    once();
    ticks += prices.length;
  } while (performance.now() - started < windowMs);
  return (ticks * MS_PER_S) / (performance.now() - started);
}
