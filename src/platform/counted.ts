// Counts with their nouns, for messages.

/** `1 tick`, `2 ticks`. @param several if that is not `one` with an s; either may go on: `tick is`, `ticks are` */
export function counted(count: number, one: string, several?: string): string {
  return `${count} ${wordFor(count, one, several)}`;
}

/** The word after a count that is written otherwise, with commas, say. */
export function wordFor(count: number, one: string, several = `${one}s`): string {
  return count === 1 ? one : several;
}
