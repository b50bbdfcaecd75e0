// The command line: picks what to run, checks its options, and says in one line what is wrong.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { TestOptions } from '../tools/testing/test.ts';
import { makeFilesPrivate } from './platform/private-file.ts';
import { PROJECT_ROOT } from './platform/project-root.ts';
import {
  type CommandName,
  defaultText,
  flagOf,
  type Key,
  keysOf,
  optionOf,
  type SettingsOf,
} from './settings/options.ts';
import { type CommandLine, settingsFor } from './settings/settings.ts';

const STATUS_FAILED = 1;
const STATUS_USAGE = 2;

/** The command that runs, once its options are found right: the name in front of its error. */
let running = '';

const program = new Command('tickline')
  .description('A trading stack of processes that talk only through TCP sockets and shared memory')
  .version(version(), '--version', 'print the version')
  .helpOption('--help', 'print this help')
  .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
  .exitOverride();

command('run', 'run all processes', async (settings, readAgain) => {
  const { runStack } = await import('./orchestrator/orchestrator.ts');
  await runStack(settings, readAgain);
});
command('gateway', 'broadcast prices and news', async (settings) => {
  const { runGateway } = await import('./gateway/gateway.ts');
  await runGateway(settings);
});
command('orderbook', 'keep the latest prices in shared memory', async (settings) => {
  const { runOrderBook } = await import('./orderbook/orderbook.ts');
  await runOrderBook(settings);
});
command('strategy', 'decide what to buy and sell', async (settings) => {
  const { runStrategy } = await import('./strategy/strategy.ts');
  await runStrategy(settings);
});
command('order-manager', 'record, fill and report orders', async (settings, readAgain) => {
  const { runOrderManager } = await import('./order-manager/order-manager.ts');
  await runOrderManager(settings, readAgain);
});
command('dashboard', 'show what happens on a web page', async (settings) => {
  const { runDashboard } = await import('./dashboard/dashboard.ts');
  await runDashboard(settings);
});
command('book', 'show the latest prices, from shared memory', async (settings) => {
  const { showBook } = await import('./commands/book.ts');
  await showBook(settings);
});
command('orders', 'show the recorded orders and positions', async (settings) => {
  const { showOrders } = await import('./commands/orders.ts');
  await showOrders(settings);
});
command('halt', 'refuse all orders, or those of one strategy, until resume', async (settings) => {
  const { halt } = await import('./commands/halt.ts');
  await halt(settings);
});
command('resume', 'end a halt', async (settings) => {
  const { resume } = await import('./commands/halt.ts');
  await resume(settings);
});
command('stat', 'show the counters of all processes live, from shared memory', async (settings) => {
  const { showStat } = await import('./commands/stat.ts');
  await showStat(settings);
});
command('clean', 'remove what a killed run left behind', async () => {
  const { clean } = await import('./commands/clean.ts');
  await clean();
});
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
tool('bench', 'run the benchmarks: all, or those that are named; bench --help has the options');
tool(
  'chaos',
  'kill processes of a running stack and check that nothing is lost; chaos --help has the options',
);
tool('video', 'record video.mp4 and the pictures of the dashboard; video --help has the options');

await main();

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : STATUS_USAGE;
      return;
    }
    const { expectedError } = await import('./platform/expected-error.ts');
    const expected = expectedError(error);
    console.error(expected ? `tickline${running}: ${expected.message}` : error);
    // What a failed start has opened must not keep the process alive.
    process.exit(expected ? expected.exitStatus : STATUS_FAILED);
  }
}

/** Adds a command with its options from the table. */
function command<C extends CommandName>(
  name: C,
  about: string,
  start: (settings: SettingsOf<C>, readAgain: () => SettingsOf<C>) => Promise<void>,
): void {
  const added = program.command(name).description(about).allowExcessArguments(false);
  for (const key of keysOf(name)) addOption(added, key);
  added.addOption(new Option('--config <FILE>', 'file of options (default: tickline.config.json)'));
  added.addOption(new Option('--no-config').hideHelp());
  added.action(async (given: CommandLine) => {
    const readSettings = () => settingsFor(name, given);
    const settings = readSettings();
    running = ` ${name}`;
    makeFilesPrivate();
    await start(settings, readSettings);
  });
}

/** Adds a command that is a program of its own, with options of its own. */
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

/** Values stay text here: the table checks them, and those of the configuration file, in one place. */
function addOption(to: Command, key: Key): void {
  const { placeholder, about } = optionOf(key);
  const flag = flagOf(key);
  if (placeholder === undefined) {
    to.addOption(new Option(flag, about));
    to.addOption(new Option(flag.replace('--', '--no-')).hideHelp());
    return;
  }
  const shown = defaultText(key);
  to.addOption(
    new Option(`${flag} <${placeholder}>`, shown === undefined ? about : `${about} (default: ${shown})`),
  );
}

/** Commander's message and its suggestion, `error: ...\n(Did you mean ...?)\n`, as one line. */
function oneLine(text: string): string {
  return `${text
    .replace(/^error:/, 'tickline:')
    .trim()
    .replace(/\s+/g, ' ')}\n`;
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}
