// `tickline clean`: removes the price books that killed processes left in shared memory. What is in use stays.

import fs from 'node:fs';
import { bookFiles, isHeld } from '@tickline/price-book';
import { messageOf } from '../platform/errors.ts';

/** Prints what it removes and what it leaves. */
export async function clean(folder?: string): Promise<void> {
  const files = bookFiles(undefined, folder);
  for (const file of files) cleanFile(file);
  if (files.length === 0) console.log('nothing to clean');
}

function cleanFile(file: string): void {
  try {
    if (isHeld(file)) {
      console.log(`${file} is in use, and stays`);
      return;
    }
    fs.rmSync(file);
    console.log(`removed ${file}`);
  } catch (error) {
    console.log(`${file} stays: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
