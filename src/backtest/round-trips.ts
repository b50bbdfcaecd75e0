// Round trips: from a flat position in a symbol to the next flat one, or to the order that reverses it.

import { applyFill, FLAT_POSITION, type Position } from '../domain/positions.ts';
import { addQuantities } from '../domain/quantity.ts';
import type { Fill } from './fill.ts';

export interface RoundTrip {
  readonly symbol: string;
  readonly side: 'long' | 'short';
  readonly openedMs: number;
  readonly closedMs: number;
  /** The most shares that were held. */
  readonly quantity: number;
  /** USD, after fees. */
  readonly profit: number;
}

interface OpenTrip {
  position: Position;
  openedMs: number;
  quantity: number;
  profit: number;
}

/** Those that were closed, in the order of their ends. */
export function roundTrips(fills: readonly Fill[]): RoundTrip[] {
  const open = new Map<string, OpenTrip>();
  const closed: RoundTrip[] = [];
  for (const fill of fills) {
    const { symbol, quantity } = fill;
    const trip = open.get(symbol) ?? openTrip(fill);
    const before = trip.position.quantity;
    const signed = fill.side === 'BUY' ? quantity : -quantity;
    const closes = before * signed < 0 && Math.abs(signed) >= Math.abs(before);
    if (!closes) {
      open.set(symbol, continued(trip, fill, fill.fee));
      continue;
    }
    // An order that reverses the position pays for both trips, by their shares.
    const feeOfThis = (fill.fee * Math.abs(before)) / quantity;
    const ended = continued(trip, { ...fill, quantity: Math.abs(before) }, feeOfThis);
    closed.push(closedTrip(symbol, before, ended, fill.timeMs));
    const rest = addQuantities(quantity, -Math.abs(before));
    open.delete(symbol);
    if (rest > 0)
      open.set(symbol, continued(openTrip(fill), { ...fill, quantity: rest }, fill.fee - feeOfThis));
  }
  return closed;
}

function openTrip({ timeMs }: Fill): OpenTrip {
  return { position: FLAT_POSITION, openedMs: timeMs, quantity: 0, profit: 0 };
}

function continued(trip: OpenTrip, { side, quantity, price }: Fill, fee: number): OpenTrip {
  const position = applyFill(trip.position, side, quantity, price);
  return {
    ...trip,
    position,
    quantity: Math.max(trip.quantity, Math.abs(position.quantity)),
    profit: trip.profit + position.realisedPnl - trip.position.realisedPnl - fee,
  };
}

function closedTrip(symbol: string, held: number, trip: OpenTrip, closedMs: number): RoundTrip {
  const { openedMs, quantity, profit } = trip;
  return { symbol, side: held > 0 ? 'long' : 'short', openedMs, closedMs, quantity, profit };
}
