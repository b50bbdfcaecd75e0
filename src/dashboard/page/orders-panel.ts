// Orders with their reports, newest first, filtered by words and by outcome. The full reason of a rejection
// is below the table.

import type { OrderLine } from '../messages.ts';
import { byId, inputById, setText, toneOf } from './dom.ts';
import { count, NOTHING, price, sharesText, signedShares, timeOfDay, unsignedMoney } from './format.ts';
import type { Model } from './model.ts';
import { type Column, WindowedTable } from './windowed-table.ts';

type Outcome = 'all' | 'FILLED' | 'REJECTED';

/** What the user can set here. */
export interface OrderFilter {
  readonly filter: string;
  readonly outcome: string;
}

export class OrdersPanel {
  readonly #model: Model;
  readonly #table: WindowedTable<OrderLine>;
  readonly #filter = inputById('order-filter');
  readonly #outcomes = [...document.querySelectorAll<HTMLInputElement>('input[name=outcome]')];
  #chosen: number | undefined;

  constructor(model: Model, onChoose: (symbol: string) => void, onFilter: (filter: OrderFilter) => void) {
    this.#model = model;
    this.#table = new WindowedTable({
      scroller: byId('orders'),
      caption: 'Orders and their reports, newest first.',
      columns: COLUMNS,
      keyOf: ({ line }) => String(line),
      dataOf: ({ orderId, status, symbol }) => ({
        orderId: String(orderId ?? ''),
        status,
        orderSymbol: symbol ?? '',
      }),
      onChoose: ({ line, symbol }) => {
        this.#chosen = line;
        if (symbol !== undefined) onChoose(symbol);
        this.render();
      },
    });
    for (const input of [this.#filter, ...this.#outcomes])
      input.addEventListener('input', () => {
        onFilter({ filter: this.#filter.value, outcome: this.#outcome });
        this.render();
      });
  }

  setFilter({ filter, outcome }: OrderFilter): void {
    this.#filter.value = filter;
    for (const input of this.#outcomes) input.checked = input.value === outcome;
    this.render();
  }

  get #outcome(): Outcome {
    return (this.#outcomes.find(({ checked }) => checked)?.value ?? 'all') as Outcome;
  }

  render(): void {
    const { orders, ordersSkipped } = this.#model;
    const shown = orders.filter((order) => this.#model.shows(order));
    const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const outcome = this.#outcome;
    const found = shown.filter((order) => matches(order, words, outcome)).reverse();
    this.#table.choose(String(this.#chosen ?? ''));
    this.#table.setRows(found);
    const skipped = ordersSkipped > 0 ? `, ${count(ordersSkipped)} not shown` : '';
    const ofAll = found.length === shown.length ? '' : ` of ${count(shown.length)}`;
    setText(byId('order-count'), `${count(found.length)}${ofAll}${skipped}`);
    byId('no-orders').hidden = found.length > 0;
    setText(byId('no-orders'), shown.length === 0 ? 'No orders yet.' : 'No order matches the filter.');
    this.#showDetail(found);
  }

  /** The chosen order, or the last rejection. */
  #showDetail(found: readonly OrderLine[]): void {
    const chosen = found.find(({ line }) => line === this.#chosen);
    const shown = chosen ?? found.find(({ status }) => status === 'REJECTED');
    const detail = byId('order-detail');
    detail.hidden = shown === undefined;
    if (shown) setText(detail, `${chosen ? '' : 'Last rejection: '}${sentence(shown)}`);
  }
}

const COLUMNS: readonly Column<OrderLine>[] = [
  { id: 'time', title: 'Time', about: 'Time of the report', left: true, text: ({ at }) => timeOfDay(at) },
  {
    id: 'order-id',
    title: '#',
    about: 'Number of the order in the record; none if it was not recorded',
    text: ({ orderId }) => (orderId === undefined ? NOTHING : String(orderId)),
  },
  {
    id: 'side',
    title: 'Side',
    about: 'Bought or sold',
    left: true,
    text: ({ side }) => sideText(side),
    tone: ({ side }) => toneOf(side === undefined ? 0 : side === 'BUY' ? 1 : -1),
  },
  {
    id: 'quantity',
    title: 'Qty',
    about: 'Shares',
    text: ({ quantity }) => (quantity === undefined ? NOTHING : sharesText(quantity)),
  },
  {
    id: 'order-symbol',
    title: 'Symbol',
    about: 'Symbol',
    left: true,
    text: ({ symbol }) => symbol ?? NOTHING,
  },
  {
    id: 'order-price',
    title: 'Price',
    about: 'USD per share',
    text: (order) => (order.price === undefined ? NOTHING : price(order.price)),
  },
  {
    id: 'report',
    title: 'Report',
    about: 'Outcome: the position afterwards, or the reason of the rejection',
    left: true,
    text: reportText,
    tone: ({ status }) => (status === 'REJECTED' ? 'down' : ''),
  },
];

function sideText(side: OrderLine['side']): string {
  if (side === undefined) return NOTHING;
  return side === 'BUY' ? '▲ BUY' : '▼ SELL';
}

function reportText({ status, reason, position, fee }: OrderLine): string {
  // The code; the whole reason is below the table.
  if (status === 'REJECTED') return `✖ ${reason?.split(' ', 1)[0] ?? 'rejected'}`;
  return `filled → ${signedShares(position ?? 0)}${fee === undefined ? '' : `, fee ${unsignedMoney(fee)}`}`;
}

function sentence(order: OrderLine): string {
  const { orderId, at, strategy, side, quantity, symbol, status, reason, position, limit, fee, note } = order;
  const usd = order.price === undefined ? '?' : price(order.price);
  const what = `${orderId === undefined ? 'unrecorded' : `#${orderId}`} ${side ?? '?'} ${quantity === undefined ? '?' : sharesText(quantity)} ${symbol ?? '?'} @ ${usd}`;
  const costs = [
    limit === undefined ? '' : `, limit ${price(limit)}`,
    fee === undefined ? '' : `, fee ${unsignedMoney(fee)} USD`,
  ].join('');
  const outcome =
    status === 'REJECTED' ? `rejected: ${reason}` : `filled, holding ${signedShares(position ?? 0)}${costs}`;
  return `${what} by ${strategy} at ${timeOfDay(at, true)}: ${outcome}${note === undefined ? '' : `; why: ${note}`}`;
}

function matches(order: OrderLine, words: readonly string[], outcome: Outcome): boolean {
  if (outcome !== 'all' && order.status !== outcome) return false;
  if (words.length === 0) return true;
  const text = [
    order.orderId,
    order.symbol,
    order.side,
    order.status,
    order.strategy,
    order.reason,
    order.note,
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
