// A request to execute an order, as the order port received it.

import type { BadOrder, Order } from '../domain/orders.ts';

/** An order, or what could be read of a bad one, and the strategy that sent it. Names contain no spaces. */
export type OrderRequest =
  | { readonly strategy: string; readonly order: Order }
  | { readonly strategy: string; readonly badOrder: BadOrder };

/** The fields that both kinds have. */
export function orderFields(request: OrderRequest): Order | BadOrder {
  return 'order' in request ? request.order : request.badOrder;
}
