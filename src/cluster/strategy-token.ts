// The name of a strategy as one part of a subject. A name may have dots, which separate the parts; no name has the sign that
// replaces them.

export function tokenOf(strategy: string): string {
  return strategy.replaceAll('.', '=');
}

/** The strategy whose part ends a subject: the server's permissions decide who may publish under it. */
export function strategyOf(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1).replaceAll('=', '.');
}
