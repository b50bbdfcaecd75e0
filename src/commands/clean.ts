// `tickline clean`: removes the price books, order lanes and signal files of this user that killed processes left in
// shared memory.

import fs from 'node:fs';
import path from 'node:path';
import { bookFiles, bookPath, isHeld } from '@tickline/price-book';
import { isLaneFile } from '../order-lane/lane-file.ts';
import { unansweredIn } from '../order-lane/lane-scan.ts';
import { counted } from '../platform/counted.ts';
import { messageOf } from '../platform/errors.ts';
import { printable } from '../platform/printable.ts';
import { type LiveProcess, withRegistry } from '../platform/process-registry.ts';

/** Commands that write the book of their stack, or start a process that does. */
const WRITERS: readonly string[] = ['run', 'orderbook'];
const DRAFT_SUFFIX = /\.[0-9a-f]+\.new$/;

/**
 * Prints the files that it removes and keeps. It keeps a book whose writer lives, and the book of a run whose OrderBook is
 * being restarted: that one continues it. It keeps a lane with orders that have no report. No stack starts meanwhile.
 * @throws ProcessRegistryError
 */
export async function clean(folder?: string): Promise<void> {
  const files = bookFiles(undefined, folder);
  withRegistry((registry) => {
    const live = registry.processes();
    for (const file of files) cleanFile(file, live);
  });
  if (files.length === 0) console.log('nothing to clean');
}

function cleanFile(file: string, live: readonly LiveProcess[]): void {
  try {
    if (isHeld(file)) {
      print(`kept ${file}: it is in use`);
      return;
    }
    const unanswered = isLaneFile(file) ? unansweredIn(file) : 0;
    if (unanswered > 0) {
      print(
        `kept ${file}: ${counted(unanswered, 'order in it has no report; start its strategy again to have it', 'orders in it have no report; start its strategy again to have them')} answered, or remove the file`,
      );
      return;
    }
    const writer = live.find(({ stack, command }) => WRITERS.includes(command) && isOf(stack, file));
    if (writer !== undefined) {
      print(`kept ${file}: stack ${writer.stack} runs (${writer.command}, process ${writer.pid})`);
      return;
    }
    fs.rmSync(file);
    print(`removed ${file}`);
  } catch (error) {
    print(`kept ${file}: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

/** The file's name may be another user's. */
function print(text: string): void {
  console.log(printable(text));
}

function isOf(stack: string, file: string): boolean {
  return path.basename(file).replace(DRAFT_SUFFIX, '') === path.basename(bookPath(stack));
}
