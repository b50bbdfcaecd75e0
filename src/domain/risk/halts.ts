// Which strategies may not trade at all: what the kill switch sets.

export interface Halts {
  /** No strategy may trade. */
  readonly all: boolean;
  /** These strategies may not trade. */
  readonly strategies: ReadonlySet<string>;
}

export const NO_HALTS: Halts = { all: false, strategies: new Set() };
export const ALL_HALTED: Halts = { all: true, strategies: new Set() };

/**
 * What undoes these halts: `./tickline resume --only crossover ends it`. There must be at least one.
 * @param where the words that name the stack or its record, with a space before them
 */
export function resumeAdvice({ all, strategies }: Halts, where: string): string {
  const resume = `./tickline resume${where}`;
  const ofStrategies = [...strategies].sort().map((strategy) => `${resume} --only ${strategy}`);
  const commands = all ? [resume, ...ofStrategies] : ofStrategies;
  return `${commands.join(' and ')} ${commands.length > 1 ? 'end them' : 'ends it'}`;
}

/** One text per halt, in a fixed order: `all trading`, `strategy crossover`. Empty without halts. */
export function haltTexts({ all, strategies }: Halts): string[] {
  const ofStrategies = [...strategies].sort().map((strategy) => `strategy ${strategy}`);
  return all ? ['all trading', ...ofStrategies] : ofStrategies;
}
