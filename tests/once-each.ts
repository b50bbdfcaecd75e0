// Compares streams with heartbeats in them, which repeat a frame whenever a second has passed.

import { isDeepStrictEqual } from 'node:util';

/** Without the items that equal the one before. */
export function onceEach<T>(all: readonly T[]): T[] {
  return all.filter((one, index) => index === 0 || !isDeepStrictEqual(one, all[index - 1]));
}
