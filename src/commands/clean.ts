// `tickline clean`: removes the price books that killed processes left in shared memory. What is in use stays.

import fs from 'node:fs';
import path from 'node:path';
import { BOOK_PREFIX, isHeld, SHARED_MEMORY_FOLDER } from '@tickline/price-book';
import { messageOf } from '../platform/errors.ts';

/** Prints what it removes and what it leaves. */
export async function clean(folder = SHARED_MEMORY_FOLDER): Promise<void> {
  const files = fs.readdirSync(folder).filter((name) => name.startsWith(BOOK_PREFIX));
  for (const name of files) cleanFile(path.join(folder, name));
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
