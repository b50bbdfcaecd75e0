// Positions of a strategy whose OrderManager accepts orders but sends no reports.

import type { FilledReport } from '../domain/orders.ts';
import type { SymbolQuantity } from '../domain/positions.ts';
import { addQuantities } from '../domain/quantity.ts';
import { jsonFrame } from '../protocol/order-codec.ts';
import type { IdentifiedOrder } from './pending-orders.ts';

export class PlainFills {
  readonly #positions = new Map<string, number>();
  #orders = 0;

  /** The shares ordered so far per symbol, signed. */
  get positions(): SymbolQuantity[] {
    return Array.from(this.#positions, ([symbol, quantity]) => ({ symbol, quantity }));
  }

  /** Counts an order as filled at its own price, because no report will arrive. */
  fill({ clOrdId, symbol, side, quantity, price }: IdentifiedOrder): FilledReport {
    const position = addQuantities(this.#positions.get(symbol) ?? 0, side === 'BUY' ? quantity : -quantity);
    this.#positions.set(symbol, position);
    this.#orders++;
    const order = { clOrdId, orderId: this.#orders, symbol, side, quantity, price };
    return { status: 'FILLED', ...order, position };
  }
}

/** The frame of a plain order. The id lets an OrderManager that does read it recognise a repeat. */
export function plainOrderFrame({ symbol, side, quantity, price, clOrdId }: IdentifiedOrder): string {
  return jsonFrame({ symbol, side, quantity, price, clOrdId });
}
