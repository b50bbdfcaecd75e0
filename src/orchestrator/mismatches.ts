// What a summary does not account for.

import { counted } from '../platform/counted.ts';
import type { Summary } from './summary.ts';

/**
 * Ticks and orders that are neither where they belong nor counted as lost, in words; none if the summary adds up. A
 * process that is killed between counting and doing may have counted too much, so only what is missing is a mismatch.
 * A Gateway that was restarted may have left a gap of unknown size.
 * @param refused slots of the ring that held no tick
 * @param filled orders that the OrderManager counted as filled; after a kill it may have counted too few
 */
export function mismatchesOf(
  { ticks, orders, restarts }: Pick<Summary, 'ticks' | 'orders' | 'restarts'>,
  { refused, filled }: { readonly refused: number; readonly filled: number },
): string[] {
  const { sent, applied, missed, rejected, gaps, seen, lapped } = ticks;
  const { gateway: gatewayRestarts = 0 } = restarts;
  const isCounted = gaps === 0 || gatewayRestarts === 0;
  return [
    ...(isCounted ? missing('ticks', 'sent', sent, { applied, missed, rejected }) : []),
    ...missing('ticks', 'applied', applied, { seen, lapped, refused }),
    ...(filled > orders.filled
      ? [
          `${counted(filled, 'order was', 'orders were')} filled, but the order record has ${orders.filled} of them`,
        ]
      : []),
    ...(orders.unanswered > 0
      ? [`${counted(orders.unanswered, 'order has', 'orders have')} no report yet`]
      : []),
  ];
}

function missing(
  what: string,
  verb: string,
  count: number,
  accounted: Readonly<Record<string, number>>,
): string[] {
  const values = Object.values(accounted);
  if (count <= values.reduce((sum, value) => sum + value, 0)) return [];
  const parts = Object.entries(accounted).map(([name, value]) => `${name} ${value}`);
  return [`${count} ${what} ${verb}, but ${parts.join(', ')}`];
}
