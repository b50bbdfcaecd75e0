// ./tickline video: plays the film of Tickline on a virtual screen, and records it.

import path from 'node:path';
import { expectedError } from '../../src/platform/expected-error.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { interruption, STATUS_INTERRUPTED, toolCommand } from '../command-line.ts';
import { requirePrograms } from './needs.ts';
import { play } from './scenes.ts';
import { Stage } from './stage.ts';

const STATUS_FAILED = 1;
/** A longer time without a new picture is seen. */
const GAP_MAX_S = 0.5;

interface Options {
  readonly output: string;
  readonly pictures: string;
}

const interrupted = interruption();

await toolCommand(
  'tickline video',
  'Records video.mp4 and the two pictures of the dashboard, in about three minutes',
)
  .option('--output <FILE>', 'file of the film', path.join(PROJECT_ROOT, 'video.mp4'))
  .option('--pictures <FOLDER>', 'folder of the pictures', path.join(PROJECT_ROOT, 'docs', 'pictures'))
  .action(record)
  .parseAsync();

async function record({ output, pictures }: Options): Promise<void> {
  try {
    requirePrograms();
    await film(path.resolve(output), path.resolve(pictures));
  } catch (error) {
    if (interrupted.aborted) {
      process.exitCode = STATUS_INTERRUPTED;
      return;
    }
    const expected = expectedError(error);
    console.error(expected ? `tickline video: ${expected.message}` : error);
    process.exitCode = expected ? expected.exitStatus : STATUS_FAILED;
  }
}

async function film(output: string, pictures: string): Promise<void> {
  const started = performance.now();
  await using stage = await Stage.open(interrupted);
  await play(stage, pictures);
  const film = await stage.finish(output);
  if (film === undefined) return;
  const { seconds, bytes, longestGapS } = film;
  console.log(`${output}: ${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB`);
  const made = Math.round((performance.now() - started) / 1_000);
  console.log(`made in ${made} s; the screen was recorded at least every ${longestGapS.toFixed(2)} s`);
  if (longestGapS > GAP_MAX_S)
    console.log('the film stutters: the machine was busy. Record it again on an idle one');
}
