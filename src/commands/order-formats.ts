// Orders as JSON and CSV, for programs.

import { isQuantity, quantityText } from '../domain/quantity.ts';
import { type RecordedOrder, timeText } from '../order-store/recorded-order.ts';

const COLUMNS = [
  'orderId',
  'time',
  'strategy',
  'clOrdId',
  'symbol',
  'side',
  'quantity',
  'price',
  'status',
  'reason',
  'position',
  'marketTime',
  'limit',
  'fee',
  'note',
] as const satisfies readonly (keyof RecordedOrder | 'time')[];

/** One object per line, without the fields that an order does not have. */
export function orderToJson(order: RecordedOrder): string {
  const fields = fieldsOf(order);
  return JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, fields[column]])));
}

export const CSV_HEADER = COLUMNS.join(',');

/** One line. Text with a comma or a quote is quoted, as RFC 4180 says. */
export function orderToCsv(order: RecordedOrder): string {
  const fields = fieldsOf(order);
  return COLUMNS.map((column) => csvField(fields[column])).join(',');
}

function fieldsOf(order: RecordedOrder): RecordedOrder & { time: string } {
  return { ...order, time: timeText(order) };
}

/** Numbers without an exponent, if they have at most 8 decimals. */
function csvField(value: string | number | undefined): string {
  const text = typeof value === 'number' && isQuantity(value) ? quantityText(value) : String(value ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
