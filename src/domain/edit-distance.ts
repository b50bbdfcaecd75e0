// How far apart two names are, to suggest the one that was meant.

/** Levenshtein distance without case: letters to insert, delete or replace. */
export function editDistance(from: string, to: string): number {
  const [left, right] = [from.toLowerCase(), to.toLowerCase()];
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

/** The nearest of `names` that differs from `text` in at most a third of its letters, or in one; undefined if none is that near. */
export function nearName<T extends string>(text: string, names: Iterable<T>): T | undefined {
  let best: T | undefined;
  let least = Math.min(text.length, Math.max(2, Math.floor(text.length / 3) + 1));
  for (const name of names) {
    const distance = editDistance(text, name);
    if (distance < least) [best, least] = [name, distance];
  }
  return best;
}
