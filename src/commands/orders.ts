// `tickline orders`: prints an order record, also while an OrderManager writes it.

import fs from 'node:fs';
import { positionName, type StrategyPosition } from '../domain/positions.ts';
import { priceText } from '../domain/price-text.ts';
import { haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import type { RecordedOrder } from '../order-store/recorded-order.ts';
import { SqliteOrderReader } from '../order-store/sqlite/sqlite-order-reader.ts';
import type { OrdersSettings } from '../settings/settings.ts';
import { findRecord, stackWords } from '../settings/stacks.ts';

const ORDERS_SHOWN = 20;

/**
 * Prints the latest orders, and all positions.
 * @throws RecordOpenError, NotARecordError, RecordVersionError
 */
export async function showOrders(settings: OrdersSettings): Promise<void> {
  const { file, note } = findRecord(settings);
  const record = SqliteOrderReader.openReadOnly(file);
  if (note !== undefined) console.error(`${note}: these are the orders of ${file}`);
  try {
    printOrders(record);
    printPositions(record.positions());
    const { orders, filled, rejected } = record.totals();
    printHalts(record.file, stackWords(settings));
    console.log(`\n${orders} orders in ${record.file}: ${filled} filled, ${rejected} rejected`);
  } finally {
    record.close();
  }
}

function printHalts(record: string, where: string): void {
  const halts = new KillSwitch(fs.realpathSync(record)).read() ?? NO_HALTS;
  const texts = haltTexts(halts);
  if (texts.length > 0) console.log(`\nhalted: ${texts.join(', ')}; ${resumeAdvice(halts, where)}`);
}

function printOrders(record: SqliteOrderReader): void {
  const latest = [...record.orders({ newestFirst: true, limit: ORDERS_SHOWN })].reverse();
  console.log(`The last ${latest.length} orders`);
  for (const order of latest) console.log(orderLine(order));
}

function orderLine({
  orderId,
  time,
  strategy,
  side,
  quantity,
  symbol,
  price,
  status,
  reason,
  position,
}: RecordedOrder): string {
  const what = `${side} ${quantity} ${symbol} @ ${priceText(price)}`;
  const outcome = status === 'FILLED' ? `FILLED, holding ${position}` : `REJECTED ${reason}`;
  return `${String(orderId).padStart(8)}  ${time}  ${strategy.padEnd(12)} ${what.padEnd(32)} ${outcome}`;
}

function printPositions(positions: readonly StrategyPosition[]): void {
  console.log('\nPositions');
  for (const { strategy, symbol, quantity, averagePrice, realisedPnl } of positions) {
    const held =
      quantity === 0
        ? 'flat'
        : `${positionName(quantity)} ${Math.abs(quantity)} at ${averagePrice.toFixed(2)}`;
    const realised = `realised ${realisedPnl.toFixed(2).padStart(12)} USD`;
    console.log(`${strategy.padEnd(14)}${symbol.padEnd(16)} ${held.padEnd(24)} ${realised}`);
  }
}
