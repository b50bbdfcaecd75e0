// The positions that answer a logon.

import type { StrategyPosition, SymbolPosition } from '../domain/positions.ts';

/** The positions that are not flat; with `pnl` also those that have earned or lost something. */
export function* logonPages(
  pages: Iterable<readonly StrategyPosition[]>,
  pnl = false,
): Generator<SymbolPosition[], void> {
  for (const page of pages) yield pnl ? withPnl(page) : held(page);
}

/** Without what they earned. */
function held(positions: readonly StrategyPosition[]): SymbolPosition[] {
  return positions
    .filter(({ quantity }) => quantity !== 0)
    .map(({ symbol, quantity }) => ({ symbol, quantity }));
}

function withPnl(positions: readonly StrategyPosition[]): SymbolPosition[] {
  return positions
    .filter(({ quantity, realisedPnl }) => quantity !== 0 || realisedPnl !== 0)
    .map(({ strategy: _, ...position }) => position);
}
