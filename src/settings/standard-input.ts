// Data that comes by a descriptor instead of a name: standard input, and what a shell passes on with `<(...)`.

/** What --data - stands for. */
export const STANDARD_INPUT = '/dev/stdin';

const DESCRIPTOR = /^\/(?:dev\/fd|proc\/self\/fd)\/(\d+)$/;

/** The descriptor that a path stands for; undefined if the path is a name. */
export function descriptorOf(path: string): number | undefined {
  if (path === STANDARD_INPUT) return 0;
  const number = DESCRIPTOR.exec(path)?.[1];
  return number === undefined ? undefined : Number(number);
}
