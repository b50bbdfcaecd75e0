// The answers to logons and watches, in as many messages as their positions need, made one by one.

import type { StrategyPosition, SymbolPosition } from '../domain/positions.ts';
import type { LogonAck, WatchAck } from './order-messages.ts';

/** This many positions fit into a frame of 64 KiB, with the longest symbols and quantities; and with the longest P&L. */
const POSITIONS_PER_ACK = { quantity: 1_000, pnl: 400 };
/** This many positions fit into a frame of 64 KiB, with the longest names and numbers. */
const POSITIONS_PER_WATCH_ACK = 250;

/** Positions, some at a time. */
export type Pages<Position> = Iterable<readonly Position[]>;

/** Answers a logon. All messages but the last have `more`. Yields undefined after a page that fills no message. */
export function logonAcks(
  strategy: string,
  held: Pages<SymbolPosition>,
  { pnl = false, lastClOrdId }: { pnl?: boolean | undefined; lastClOrdId?: string | undefined } = {},
): Generator<LogonAck | undefined, void> {
  return inPieces(
    held,
    POSITIONS_PER_ACK[pnl ? 'pnl' : 'quantity'],
    (positions): LogonAck => ({
      type: 'logonAck',
      strategy,
      positions,
      ...(lastClOrdId !== undefined && { lastClOrdId }),
    }),
  );
}

/** Answers a watch. All messages but the last have `more`. Yields undefined after a page that fills no message. */
export function watchAcks(
  positions: Pages<StrategyPosition>,
  lastOrderId: number,
): Generator<WatchAck | undefined, void> {
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

/** Yields at least one message, even for no positions. */
function* inPieces<Position, Ack extends { more?: boolean }>(
  pages: Pages<Position>,
  size: number,
  ackOf: (some: Position[]) => Ack,
): Generator<Ack | undefined, void> {
  let waiting: Position[] = [];
  for (const page of pages) {
    waiting.push(...page);
    while (waiting.length > size) {
      yield { ...ackOf(waiting.slice(0, size)), more: true };
      waiting = waiting.slice(size);
    }
    yield undefined;
  }
  yield ackOf(waiting);
}
