// `tickline clean`: removes the price books that killed processes left in shared memory.

import fs from 'node:fs';
import { bookFiles, isHeld } from '@tickline/price-book';
import { messageOf } from '../platform/errors.ts';

/** Prints the files that it removes and keeps. A book in use is kept. */
export async function clean(folder?: string): Promise<void> {
  const files = bookFiles(undefined, folder);
  for (const file of files) cleanFile(file);
  if (files.length === 0) console.log('nothing to clean');
}

function cleanFile(file: string): void {
  try {
    if (isHeld(file)) {
      console.log(`kept ${file}: it is in use`);
      return;
    }
    fs.rmSync(file);
    console.log(`removed ${file}`);
  } catch (error) {
    console.log(`kept ${file}: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
