// An order as a journal has it.

import type { StrategyPosition } from '../../domain/positions.ts';
import type { RecordedOrder } from '../recorded-order.ts';
import type { JournalRecord } from './record-codec.ts';

export interface JournaledOrder {
  readonly order: RecordedOrder;
  /** The position that it changed, as it left it. */
  readonly after: StrategyPosition | undefined;
  /** The commit word of its record. */
  readonly chain: number;
}

export function toJournaledOrder({ order, after, chain }: JournalRecord): JournaledOrder {
  const { strategy, symbol } = order;
  return { order, after: after && { strategy, symbol, ...after }, chain };
}

/** What the filled ones left of their positions, in their order. */
export function positionsAfter(group: readonly JournaledOrder[]): StrategyPosition[] {
  return group.flatMap(({ after }) => after ?? []);
}
