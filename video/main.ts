// ./tickline video: plays the film of Tickline on a screen that nobody sees, and records it.

import path from 'node:path';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../src/config/options.ts';
import { TicklineError } from '../src/system/errors.ts';
import { requirePrograms } from './needs.ts';
import { play } from './scenes.ts';
import { Stage } from './stage.ts';

const STATUS_FAILED = 1;
const STATUS_USAGE = 2;
const STATUS_BROKEN_OFF = 130;

interface Options {
  readonly output: string;
  readonly pictures: string;
}

const brokenOff = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => brokenOff.abort());

await new Command('tickline video')
  .description('Records video.mp4, and the two pictures of the dashboard in the README: some two minutes')
  .option('--output <FILE>', 'the film', path.join(PROJECT_ROOT, 'video.mp4'))
  .option('--pictures <FOLDER>', 'where the pictures go', path.join(PROJECT_ROOT, 'docs', 'pictures'))
  .helpOption('--help', 'print this help')
  .configureOutput({
    outputError: (text, write) => write(`tickline video: ${text.replace(/^error: /, '').trim()}\n`),
  })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : STATUS_USAGE))
  .action(record)
  .parseAsync();

async function record({ output, pictures }: Options): Promise<void> {
  try {
    requirePrograms();
    await film(path.resolve(output), path.resolve(pictures));
  } catch (error) {
    if (brokenOff.signal.aborted) {
      process.exitCode = STATUS_BROKEN_OFF;
      return;
    }
    const isExpected = error instanceof TicklineError;
    console.error(isExpected ? `tickline video: ${error.message}` : error);
    process.exitCode = isExpected ? error.exitStatus : STATUS_FAILED;
  }
}

async function film(output: string, pictures: string): Promise<void> {
  const started = performance.now();
  await using stage = await Stage.open(brokenOff.signal);
  await play(stage, pictures);
  await stage.finish(output);
  console.log(`${output}: ${Math.round((performance.now() - started) / 1_000)} s`);
}
