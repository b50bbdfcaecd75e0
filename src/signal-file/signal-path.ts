// Where signal files are: /dev/shm/tickline-<stack>.<strategy>.signals.

import path from 'node:path';
import { bookFiles, bookPath } from '@tickline/price-book';

const SUFFIX = '.signals';

export function signalPath(stack: string, strategy: string): string {
  return `${bookPath(stack)}.${strategy}${SUFFIX}`;
}

/** The strategies of a stack that have a signal file, by name: live and killed ones, in the order of the alphabet. */
export function publishingStrategies(stack: string, folder?: string): string[] {
  const prefix = `${path.basename(bookPath(stack))}.`;
  return bookFiles(stack, folder)
    .map((file) => path.basename(file))
    .filter((name) => name.startsWith(prefix) && name.endsWith(SUFFIX))
    .map((name) => name.slice(prefix.length, -SUFFIX.length))
    .sort();
}
