// Counts with their nouns, for messages.

/** `1 tick`, `2 ticks`. @param several if that is not `one` with an s; either may go on: `tick is`, `ticks are` */
export function counted(count: number, one: string, several?: string): string {
  return `${count} ${wordFor(count, one, several)}`;
}

/** `1 tick`, `1,234 ticks`: for numbers that may be large. */
export function groupedCount(count: number, one: string, several?: string): string {
  return `${grouped(count)} ${wordFor(count, one, several)}`;
}

/** `1,234` */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** The word after a count that is written somewhere else. */
export function wordFor(count: number, one: string, several = `${one}s`): string {
  return count === 1 ? one : several;
}

const NAMES_MAX = 12;

/** `AAPL, IBM`; of many, the first twelve and a count: `AAPL, IBM and 1,234 more`. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  const first = names.slice(0, NAMES_MAX).join(', ');
  return more > 0 ? `${first} and ${grouped(more)} more` : first;
}
