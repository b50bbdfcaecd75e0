// Who may not trade at all: what the kill switch says.

/** Halts in force. */
export interface Halts {
  /** Nobody may trade. */
  readonly all: boolean;
  /** These may not. */
  readonly strategies: ReadonlySet<string>;
}

export const NO_HALTS: Halts = { all: false, strategies: new Set() };
export const ALL_HALTED: Halts = { all: true, strategies: new Set() };

/** `all trading`, `strategy crossover`: one text a halt, in a fixed order. None when trading is free. */
export function haltTexts({ all, strategies }: Halts): string[] {
  const ofStrategies = [...strategies].sort().map((strategy) => `strategy ${strategy}`);
  return all ? ['all trading', ...ofStrategies] : ofStrategies;
}
