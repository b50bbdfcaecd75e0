// The answers to logons and watches, in as many messages as their positions need.

import type { StrategyPosition, SymbolPosition } from '../domain/positions.ts';
import type { LogonAck, WatchAck } from './order-messages.ts';

/** This many positions fit into a frame of 64 KiB, with the longest symbols and quantities; and with the longest P&L. */
const POSITIONS_PER_ACK = { quantity: 1_000, pnl: 400 };

/** Answers a logon, in as many messages as the positions need. All but the last have `more`. */
export function logonAcks(
  strategy: string,
  held: readonly SymbolPosition[],
  lastClOrdId?: string,
): LogonAck[] {
  return inPieces(
    held,
    POSITIONS_PER_ACK[held[0]?.realisedPnl === undefined ? 'quantity' : 'pnl'],
    (positions): LogonAck => ({
      type: 'logonAck',
      strategy,
      positions,
      ...(lastClOrdId !== undefined && { lastClOrdId }),
    }),
  );
}

/** This many positions fit into a frame of 64 KiB, with the longest names and numbers. */
const POSITIONS_PER_WATCH_ACK = 250;

/** Answers a watch, in as many messages as the positions need. All but the last have `more`. */
export function watchAcks(positions: readonly StrategyPosition[], lastOrderId: number): WatchAck[] {
  return inPieces(
    positions,
    POSITIONS_PER_WATCH_ACK,
    (some): WatchAck => ({
      type: 'watchAck',
      positions: some,
      lastOrderId,
    }),
  );
}

/** Returns at least one message, even for no positions. */
function inPieces<Position, Ack extends { more?: boolean }>(
  positions: readonly Position[],
  size: number,
  ackOf: (some: Position[]) => Ack,
): Ack[] {
  const acks: Ack[] = [];
  let from = 0;
  do {
    const ack = ackOf(positions.slice(from, from + size));
    from += size;
    if (from < positions.length) ack.more = true;
    acks.push(ack);
  } while (from < positions.length);
  return acks;
}
