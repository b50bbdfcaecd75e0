// An order as a journal has it.

import type { StrategyPosition } from '../../domain/positions.ts';
import type { RecordedOrder } from '../recorded-order.ts';

export interface JournaledOrder {
  readonly order: RecordedOrder;
  /** The position that it changed, as it left it; undefined if it changed none. */
  readonly after: StrategyPosition | undefined;
  /** The commit word of its record: the seed of the next one's. */
  readonly chain: number;
}

/** What the filled ones left of their positions, in their order. */
export function positionsAfter(group: readonly JournaledOrder[]): StrategyPosition[] {
  return group.flatMap(({ after }) => after ?? []);
}
