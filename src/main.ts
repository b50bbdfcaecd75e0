#!/usr/bin/env -S node --disable-sigusr1

// The command line: checks the options of a command and runs it. An error that the user can fix is one line.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { TestOptions } from '../tools/testing/test.ts';
import { requireWholeConsole } from './platform/console-sink.ts';
import { printable } from './platform/printable.ts';
import { makeFilesPrivate } from './platform/private-file.ts';
import { PROJECT_ROOT } from './platform/project-root.ts';
import { guardStandardOutput, printError } from './platform/standard-output.ts';
import { addOptions } from './settings/command-options.ts';
import { ConflictingOptionsError } from './settings/errors.ts';
import { PROCESSES } from './settings/options/option.ts';
import { type CommandName, flagOf, type Key, type SettingsOf } from './settings/options.ts';
import { type CommandLine, settingsAgain, settingsFor } from './settings/settings.ts';

// Node's is a getter, until somebody assigns to it: a call of it costs more than reading the clock.
globalThis.performance = performance;

const STATUS_USAGE = 2;

/** Columns of the help where standard output is no terminal. */
const HELP_WIDTH = 100;

/** The name of the command in front of its error, once its options are valid. */
let running = '';

const program = new Command('tickline')
  .description('A trading stack of processes that talk only through TCP sockets and shared memory')
  .version(version(), '-v, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .configureOutput({
    writeOut: (text) => {
      guardStandardOutput('tickline');
      process.stdout.write(text);
    },
    writeErr: (text) => printError(text.trimEnd()),
    outputError: (text, write) => write(oneLine(text)),
    getOutHelpWidth: () => process.stdout.columns ?? HELP_WIDTH,
  })
  .exitOverride();

program.commandsGroup('Run all:');
command('run', 'run all processes', async (settings, readAgain) => {
  const { runStack } = await import('./orchestrator/run-stack.ts');
  await runStack(settings, readAgain);
});
program.commandsGroup('Run one process:');
command('gateway', 'broadcast prices and news', async (settings) => {
  const { runGateway } = await import('./gateway/gateway.ts');
  await runGateway(settings);
});
command('orderbook', 'keep the latest prices in shared memory', async (settings) => {
  const { runOrderBook } = await import('./orderbook/run-orderbook.ts');
  await runOrderBook(settings);
});
command('strategy', 'decide what to buy and sell', async (settings) => {
  const { runStrategy } = await import('./strategy/run-strategy.ts');
  await runStrategy(settings);
});
command('order-manager', 'record, fill and report orders', async (settings, readAgain) => {
  const { runOrderManager } = await import('./order-manager/order-manager.ts');
  await runOrderManager(settings, readAgain);
});
command('dashboard', 'serve a web page that shows a running stack', async (settings) => {
  const { withPortsOfStack } = await import('./commands/enter-stack.ts');
  const { runDashboard } = await import('./dashboard/dashboard.ts');
  await runDashboard(withPortsOfStack(settings));
});
program.commandsGroup('Look and control:');
command('book', 'print the latest prices', async (settings) => {
  const { showBook } = await import('./commands/book.ts');
  await showBook(settings);
});
command('orders', 'print the latest orders and all positions', async (settings) => {
  const { showOrders } = await import('./commands/orders.ts');
  await showOrders(settings);
});
command('halt', 'refuse all orders, or the orders of one strategy', async (settings) => {
  const { halt } = await import('./commands/halt.ts');
  await halt(settings);
});
command('resume', 'accept orders again', async (settings) => {
  const { resume } = await import('./commands/halt.ts');
  await resume(settings);
});
command('stat', 'show the counters of all processes, live', async (settings) => {
  const { showStat } = await import('./commands/stat.ts');
  await showStat(settings);
});
command('stacks', 'list the stacks that run, with processes, ports and records', async (settings) => {
  const { showStacks } = await import('./commands/stacks.ts');
  await showStacks(settings);
});
program.commandsGroup('Try a strategy:');
command('backtest', 'show what a strategy would have earned on a file of prices', async (settings) => {
  const { runBacktest } = await import('./backtest/backtest.ts');
  await runBacktest(settings);
});
program
  .command('init')
  .description('make a project with a strategy, its test, a configuration and a README')
  .argument('[folder]', 'where to make it', '.')
  .allowExcessArguments(false)
  .action(async (folder: string) => {
    running = ' init';
    guardStandardOutput('tickline init');
    const { init, originOf } = await import('./commands/init.ts');
    init(folder, originOf(PROJECT_ROOT, version()));
    requireWholeConsole();
  });
program.commandsGroup('Try a feed of prices:');
const feeds = program.command('feed').description('test a feed of yours, or check an exchange');
feedCommand('feed test', 'check that a feed does what every feed must', async (settings) => {
  const { testFeed } = await import('./gateway/feeds/conformance/test-feed.ts');
  await testFeed(settings);
});
feedCommand('feed check', 'connect to an exchange, and print which of its rules hold', async (settings) => {
  const { checkExchange } = await import('./gateway/feeds/live/check/check-exchange.ts');
  await checkExchange(settings);
});
program.commandsGroup('Other:');
command(
  'data',
  'show what a file of prices or news has, and what would be skipped',
  async (settings) => {
    const { showData } = await import('./gateway/data/show-data.ts');
    await showData(settings);
  },
  'data',
);
command('clean', 'remove the files of killed runs from shared memory', async () => {
  const { clean } = await import('./commands/clean.ts');
  await clean();
});
program.addHelpCommand(
  new Command('help')
    .argument('[command]')
    .description('print the help of a command')
    .helpOption(false)
    .helpGroup('Other:'),
);
program.commandsGroup('For developers:');
program
  .command('test')
  .description('run the tests: all, or the files with one of these words in their path')
  .argument('[words...]', 'files, folders or parts of names; what starts with a dash goes to node --test')
  .option('--only <PATTERN>', 'only the tests whose name matches')
  .option('--long', 'the long tests instead, which take minutes')
  .option('--seed <S>', 'what random tests draw from (default: 1; with --long a new one, which is printed)')
  .allowUnknownOption()
  .action(async (words: string[], options: TestOptions) => {
    const { runTests } = await import('../tools/testing/test.ts');
    process.exitCode = await runTests(words, options);
  });
tool('bench', 'run the benchmarks');
tool('chaos', 'kill processes of a running stack and check that nothing is lost');
tool('video', 'record video.mp4 and the pictures of the dashboard');

await main();

async function main(): Promise<void> {
  try {
    await addStrategyHelp();
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : STATUS_USAGE;
      return;
    }
    const { reportError } = await import('./platform/defect.ts');
    // Whatever a failed start left open must not keep the process alive.
    process.exit(reportError(`tickline${running}`, error));
  }
}

/** With --strategy FILE --help, the help ends with the parameters that the file declares. */
async function addStrategyHelp(): Promise<void> {
  if (!process.argv.includes('--strategy') && !process.argv.some((word) => word.startsWith('--strategy=')))
    return;
  const { parametersHelp } = await import('./strategy/parameters-help.ts');
  const text = await parametersHelp(process.argv);
  if (text === undefined) return;
  for (const one of program.commands) one.addHelpText('after', text);
}

/** Adds a command with its options from the table. */
function command<C extends CommandName>(
  name: C,
  about: string,
  start: (settings: SettingsOf<C>, readAgain: () => Promise<SettingsOf<C>>) => Promise<void>,
  operand?: Key,
): void {
  const added = program.command(name).description(about).allowExcessArguments(false);
  if (operand !== undefined) added.argument('[FILE]', `instead of ${flagOf(operand)} FILE`);
  addOptions(added, name);
  added.action(() => {
    const options = added.opts<CommandLine>();
    const given = operand === undefined ? options : withOperand(options, operand, added.args[0]);
    return perform(name, given, start);
  });
}

/** Adds a command on one feed, which is its argument. */
function feedCommand<C extends 'feed test' | 'feed check'>(
  name: C,
  about: string,
  start: (settings: SettingsOf<C>) => Promise<void>,
): void {
  const argument = name === 'feed test' ? '<NAME|FILE>' : '<EXCHANGE>';
  const added = feeds.command(`${name.replace('feed ', '')} ${argument}`).description(about);
  addOptions(added.allowExcessArguments(false), name);
  added.action((source: string, given: CommandLine) => perform(name, { ...given, source }, start));
}

async function perform<C extends CommandName>(
  name: C,
  given: CommandLine,
  start: (settings: SettingsOf<C>, readAgain: () => Promise<SettingsOf<C>>) => Promise<void>,
): Promise<void> {
  const settings = settingsFor(name, given);
  running = ` ${name}`;
  makeFilesPrivate();
  // Processes write their output synchronously, see ConsoleSink.
  if (!PROCESSES.some((process) => process === name)) guardStandardOutput(`tickline ${name}`);
  const { exitOnDefect } = await import('./platform/defect.ts');
  exitOnDefect(`tickline ${name}`);
  const { enterStack } = await import('./commands/enter-stack.ts');
  enterStack(name, settings);
  await start(settings, () => settingsAgain(name, given));
  requireWholeConsole();
}

/** @throws ConflictingOptionsError if the option of the operand is given too */
function withOperand(options: CommandLine, key: Key, value: string | undefined): CommandLine {
  if (value === undefined) return options;
  if (options[key] === undefined) return { ...options, [key]: value };
  throw new ConflictingOptionsError(`${flagOf(key)} and ${value} name two files; give one of them`);
}

/** Adds a command that is a separate program with its own options. */
function tool(name: 'bench' | 'chaos' | 'video', about: string): void {
  program
    .command(name)
    .description(about)
    .argument('[words...]')
    .helpOption(false)
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { runTool } = await import('../tools/run-tool.ts');
      process.exitCode = await runTool(name, words);
    });
}

/** Joins commander's message and suggestion, `error: ...\n(Did you mean ...?)\n`, to one line. */
function oneLine(text: string): string {
  return `${printable(text.replace(/^error:/, 'tickline:').trim())}\n`;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
