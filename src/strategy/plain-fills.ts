// Trading with an OrderManager that takes orders and answers nothing: positions are kept here, as the assignment says.

import type { SymbolQuantity } from '../domain/positions.ts';
import { MESSAGE_DELIMITER } from '../protocol/frames.ts';
import type { Report } from '../protocol/order-messages.ts';
import type { IdentifiedOrder } from './pending-orders.ts';

export class PlainFills {
  readonly #positions = new Map<string, number>();
  #orders = 0;

  /** What was ordered so far, per symbol in signed shares. */
  get positions(): SymbolQuantity[] {
    return Array.from(this.#positions, ([symbol, quantity]) => ({ symbol, quantity }));
  }

  /** Counts an order as filled at its own price, since nobody will report it. */
  fill({ clOrdId, symbol, side, quantity, price }: IdentifiedOrder): Report {
    const position = (this.#positions.get(symbol) ?? 0) + (side === 'BUY' ? quantity : -quantity);
    this.#positions.set(symbol, position);
    this.#orders++;
    const order = { clOrdId, orderId: this.#orders, symbol, side, quantity, price };
    return { type: 'report', status: 'FILLED', ...order, position };
  }
}

/** The order as the assignment has it. The id does no harm, and spares a trade if the manager knows it after all. */
export function plainOrderFrame({ symbol, side, quantity, price, clOrdId }: IdentifiedOrder): string {
  return JSON.stringify({ symbol, side, quantity, price, clOrdId }) + MESSAGE_DELIMITER;
}
