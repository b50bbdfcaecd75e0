// ./tickline chaos: kills processes of a running stack, one after the other, and checks after each kill that nothing was
// lost. With --attack it attacks one instead, see attack-run.ts.
//
//                      ┌──── kills ────▶ gateway, orderbook, strategy, order-manager    (./tickline run, under load)
//    plan, by seed ────┤                     │ ports          │ book        │ record, outbox or lane
//                      └──── checks ◀── witnesses: a price client, a drop copy, readers of the files

import { type Command, Option } from 'commander';
import { pipelineFaults } from '../../src/monitoring/pipeline-faults.ts';
import type { StackBook } from '../../src/monitoring/stack-book.ts';
import { expectedError } from '../../src/platform/expected-error.ts';
import {
  durationBetween,
  exitWhenWritten,
  integerUpTo,
  interruption,
  STATUS_INTERRUPTED,
  toolCommand,
} from '../command-line.ts';
import type { ProcessName, Stack } from '../testing/stack.ts';
import { accountLines, type KillAccount, newAccount } from './account.ts';
import { killAt } from './aim.ts';
import { attackStack } from './attack-run.ts';
import { RunFailedError } from './errors.ts';
import { Inspection } from './inspection.ts';
import { type PlannedKill, plannedKills } from './plan.ts';
import { checkSummary } from './promises.ts';
import { type OrderPathName, openStack, startRun } from './stack.ts';
import { isWorstMoment, WORST } from './worst-moments.ts';

const STATUS_BROKEN_PROMISE = 1;
const KILLS_MAX = 1_000_000;
const SEED_MAX = Number.MAX_SAFE_INTEGER;
/** Time for the last decided orders to be recorded. */
const SETTLE_MS = 10_000;
const STOP_MS = 60_000;
/** Back within this, unless told otherwise. */
const CLUSTER_WITHIN_MS = 15_000;

interface Options {
  readonly kills: number;
  readonly seed: number;
  readonly within: number;
  readonly orderPath: OrderPathName;
  readonly keep?: true;
  readonly attack?: true;
  readonly cluster?: true;
  readonly short?: true;
  readonly fault?: string;
}

const interrupted = interruption();

await toolCommand(
  'tickline chaos',
  'Kills processes of a running stack and checks after each kill that nothing is lost',
)
  .option('--kills <N>', 'number of kills', integerUpTo(KILLS_MAX), 50)
  .option('--seed <N>', 'draws the processes and the pauses between kills', integerUpTo(SEED_MAX), 1)
  .addOption(
    new Option('--within <TIME>', 'time in which all processes must serve again after a kill')
      .argParser(durationBetween('1ms', '1h'))
      .default(1_000, '1s'),
  )
  .addOption(
    new Option('--order-path <PATH>', 'how orders reach the OrderManager')
      .choices(['tcp', 'shared'])
      .default('tcp'),
  )
  .option('--keep', 'keep the logs and the record even if nothing failed')
  .addOption(
    new Option(
      '--attack',
      'attack a stack as other programs and users can, instead of killing its processes',
    ).conflicts(['kills', 'seed', 'within', 'orderPath']),
  )
  .addOption(
    new Option(
      '--cluster',
      'break three machines with NATS servers, links, disks and clocks instead, in network namespaces; needs root',
    ).conflicts(['kills', 'seed', 'attack', 'orderPath']),
  )
  .option('--short', 'with --cluster: only some of the faults')
  .option('--fault <TEXT>', 'with --cluster: only the faults with this in their names')
  .action((options: Options, command: Command) => {
    if (options.cluster) return breakCluster(options, command.getOptionValueSource('within') === 'default');
    return options.attack ? attack(options) : chaos(options);
  })
  .parseAsync();

async function breakCluster({ keep, short, fault, within }: Options, isDefault: boolean): Promise<void> {
  const { breakMachines } = await import('./cluster/run.ts');
  const options = { short: short === true, fault, within: isDefault ? CLUSTER_WITHIN_MS : within };
  try {
    process.exitCode = await breakMachines(options, interrupted, keep === true);
  } catch (error) {
    process.exitCode = STATUS_BROKEN_PROMISE;
    console.error('tickline chaos:', expectedError(error)?.message ?? error);
  }
  if (interrupted.aborted) process.exitCode = STATUS_INTERRUPTED;
  exitWhenWritten();
}

async function attack({ keep }: Options): Promise<void> {
  try {
    if ((await attackStack(interrupted, keep === true)) > 0) process.exitCode = STATUS_BROKEN_PROMISE;
  } catch (error) {
    process.exitCode = interrupted.aborted ? STATUS_INTERRUPTED : STATUS_BROKEN_PROMISE;
    if (!interrupted.aborted) console.error('tickline chaos:', expectedError(error)?.message ?? error);
  }
  exitWhenWritten();
}

async function chaos(options: Options): Promise<void> {
  const stack = await openStack(interrupted);
  const account = newAccount();
  let failed = true;
  try {
    await killAndCheck(stack, options, account);
    failed = false;
  } catch (error) {
    if (interrupted.aborted) process.exitCode = STATUS_INTERRUPTED;
    else report(error, options, account, stack);
  } finally {
    await stack.close({ keepFolder: options.keep === true || (failed && !interrupted.aborted) });
  }
  exitWhenWritten();
}

async function killAndCheck(stack: Stack, options: Options, account: KillAccount): Promise<void> {
  console.log(`starting a stack: folder ${stack.folder}, book ${stack.bookName}`);
  const run = await startRun(stack, '--order-path', options.orderPath);
  const book = await stack.untilBook();
  using inspection = new Inspection(stack, book, options.orderPath);
  const plan = plannedKills(options.seed);
  while (account.kills < options.kills)
    await oneKill({ stack, book, inspection, account }, plan.next().value, options);
  await stack.until('every decided order is recorded', () => inspection.allDecidedRecorded, SETTLE_MS);
  inspection.check();
  inspection.stopWitnesses();
  const { status, signal } = await run.stop('SIGTERM', STOP_MS);
  if (status !== 0) throw new RunFailedError(signal ?? `status ${status}`);
  const summary = stack.summary();
  inspection.checkAtEnd();
  checkSummary(summary, inspection.recorded, account.victims.strategy);
  for (const line of accountLines(account, inspection, summary)) console.log(line);
}

/** The stack under test, and what is known about it so far. */
interface Trial {
  readonly stack: Stack;
  readonly book: StackBook;
  readonly inspection: Inspection;
  readonly account: KillAccount;
}

async function oneKill(
  { stack, book, inspection, account }: Trial,
  { victim, waitMs, aimed }: PlannedKill,
  { within, kills }: Options,
): Promise<void> {
  await stack.runFor(waitMs);
  const pid = book.counter(`${victim}.pid`);
  const hit =
    aimed && WORST[victim] !== undefined
      ? await killAt(pid, () => isWorstMoment(victim, book, inspection))
      : killNow(pid);
  const killedAt = performance.now();
  account.kills++;
  account.victims[victim]++;
  if (hit) account.hits[victim]++;
  const seen = book.counter('strategy.ticksSeen');
  await stack.until(
    `all serve again after the ${victim} was killed (on a slow machine, try a longer --within)`,
    () => serves(book, victim, pid, seen),
    within,
  );
  const backMs = performance.now() - killedAt;
  account.backMs.push(backMs);
  inspection.check();
  const how = hit ? `, ${WORST[victim]}` : '';
  console.log(`${account.kills}/${kills} ${victim} killed${how}, back after ${Math.round(backMs)} ms`);
}

function killNow(pid: number): false {
  process.kill(pid, 'SIGKILL');
  return false;
}

/** Whether the victim is replaced, nothing keeps the stack from trading, and ticks reach the Strategy. */
function serves(book: StackBook, victim: ProcessName, killed: number, seenBefore: number): boolean {
  return (
    book.counter(`${victim}.pid`) !== killed &&
    pipelineFaults(book).length === 0 &&
    book.counter('strategy.ticksSeen') > seenBefore
  );
}

function report(error: unknown, { seed }: Options, { kills }: KillAccount, { folder }: Stack): void {
  process.exitCode = STATUS_BROKEN_PROMISE;
  const what = expectedError(error)?.message ?? error;
  console.error(`tickline chaos: after kill ${kills} of seed ${seed}:`, what);
  console.error(`tickline chaos: logs and record are in ${folder}`);
}
