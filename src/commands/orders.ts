// `tickline orders`: prints an order record, also while an OrderManager writes it.

import fs from 'node:fs';
import { isOfThePast, marketTimeText } from '../domain/market-time-text.ts';
import { positionName, type StrategyPosition } from '../domain/positions.ts';
import { averageText, moneyText, priceText } from '../domain/price-text.ts';
import { quantityText } from '../domain/quantity.ts';
import { haltTexts, NO_HALTS, resumeAdvice } from '../domain/risk/halts.ts';
import { clusterMark, clusterOf } from '../order-store/cluster-mark.ts';
import { KillSwitch } from '../order-store/kill-switch.ts';
import { RecordReader } from '../order-store/record-reader.ts';
import { type RecordedOrder, timeText } from '../order-store/recorded-order.ts';
import { counted, someOf } from '../platform/counted.ts';
import { printable } from '../platform/printable.ts';
import type { OrdersSettings } from '../settings/settings.ts';
import { findRecord, requireRecord, stackWords } from '../settings/stacks.ts';
import { CSV_HEADER, orderToCsv, orderToJson } from './order-formats.ts';
import { verifyOrders } from './verify-orders.ts';

/**
 * Prints the latest orders, and all positions; or copies or verifies the record.
 * @throws StackNotRunningError, NoRecordError, RecordOpenError, NotARecordError, RecordVersionError, BackupError, RecordDiffersError
 */
export async function showOrders(settings: OrdersSettings): Promise<void> {
  const { file, note, others } = findRecord(settings);
  if (note !== undefined && !fs.existsSync(file)) requireRecord(settings.stack, note, file);
  const record = RecordReader.open(file);
  if (note !== undefined)
    console.error(
      printable(`${note}${others === undefined ? '' : `; ${others}`}: these are the orders of ${file}`),
    );
  warnOfUnreadLog(record);
  try {
    if (settings.verify) verifyOrders(file, settings.stack);
    else if (settings.backup !== undefined) backUp(record, settings.backup);
    else {
      const { json, csv } = settings;
      const printed = json || csv ? printForPrograms(record, settings) : printAll(record, settings);
      if (printed === 0) noteMissing(record, settings);
    }
  } finally {
    record.close();
  }
}

/** Returns how many orders were printed. */
function printAll(record: RecordReader, settings: OrdersSettings): number {
  const { only, symbol } = settings;
  const latest = latestOrders(record, settings);
  printOrders(latest);
  const positions = record
    .positions()
    .filter((one) => one.strategy === (only ?? one.strategy) && one.symbol === (symbol ?? one.symbol));
  printPositions(positions);
  const { orders, filled, rejected, fees } = record.totals();
  printHalts(record.file, stackWords(settings));
  console.log(
    `\n${counted(orders, 'order')} in ${record.file}: ${filled} filled, ${rejected} rejected${feesText(fees)}`,
  );
  return latest.length;
}

function feesText(fees: number): string {
  return fees === 0 ? '' : `, fees ${moneyText(fees)} USD`;
}

/** From the oldest to the newest. */
function latestOrders(record: RecordReader, { only, symbol, last }: OrdersSettings): RecordedOrder[] {
  return [...record.orders({ newestFirst: true, limit: last, strategy: only, symbol })].reverse();
}

/** All in the order of their ids, without holding them, if all are asked for. Returns how many were printed. */
function printForPrograms(record: RecordReader, settings: OrdersSettings): number {
  const { only: strategy, symbol, last, csv } = settings;
  const isAll = last === Number.POSITIVE_INFINITY;
  if (csv) console.log(CSV_HEADER);
  let printed = 0;
  for (const order of isAll ? record.orders({ strategy, symbol }) : latestOrders(record, settings)) {
    console.log(csv ? orderToCsv(order) : orderToJson(order));
    printed++;
  }
  return printed;
}

/** A misspelt name looks like one without orders. */
function noteMissing(record: RecordReader, { only, symbol }: OrdersSettings): void {
  const strategies = record.strategies();
  if (only !== undefined && !strategies.includes(only)) {
    noteUnknown(record, only, strategies, 'no strategy has ordered yet');
  } else if (symbol !== undefined) {
    const asked = only === undefined ? symbol : `${symbol} by ${only}`;
    noteUnknown(record, asked, symbolsTraded(record, only), 'no symbol was traded yet');
  }
}

function noteUnknown({ file }: RecordReader, asked: string, known: readonly string[], none: string): void {
  const those = known.length === 0 ? none : `it has those of ${someOf(known)}`;
  console.error(printable(`no orders of ${asked} in ${file}: ${those}`));
}

function symbolsTraded(record: RecordReader, only: string | undefined): string[] {
  const positions = only === undefined ? record.positions() : record.positionsOf(only);
  return [...new Set(positions.map(({ symbol }) => symbol))].sort();
}

function backUp(record: RecordReader, copy: string): void {
  record.backup(copy);
  const copied = RecordReader.open(copy);
  try {
    console.log(
      `copied ${counted(copied.totals().orders, 'order')} of ${record.file} to ${copy}; halts are not in it`,
    );
  } finally {
    copied.close();
  }
}

function warnOfUnreadLog({ file, unreadLogBytes }: RecordReader): void {
  if (unreadLogBytes === 0) return;
  console.error(
    `the newest orders may be missing: ${file}-wal has ${unreadLogBytes} bytes that can only be read where its folder can be written to; copy the folder, and pass the copy with --orders-db`,
  );
}

function printHalts(record: string, where: string): void {
  const file = fs.realpathSync(record);
  printHaltsOf(new KillSwitch(file), 'halted', where);
  const nats = clusterOf(file);
  if (nats !== undefined)
    printHaltsOf(new KillSwitch(clusterMark(file)), 'halted in the cluster', ` --nats ${nats}`);
}

function printHaltsOf(killSwitch: KillSwitch, title: string, where: string): void {
  const halts = killSwitch.read() ?? NO_HALTS;
  const texts = haltTexts(halts);
  if (texts.length > 0)
    console.log(`\n${printable(`${title}: ${texts.join(', ')}; ${resumeAdvice(halts, where)}`)}`);
}

function printOrders(latest: readonly RecordedOrder[]): void {
  console.log(`The last ${counted(latest.length, 'order')}`);
  for (const order of latest) console.log(printable(orderLine(order)));
}

function orderLine(order: RecordedOrder): string {
  const { orderId, timeMs, strategy, side, quantity, symbol, price, limit, fee } = order;
  const { status, reason, position, marketTime, note } = order;
  const what = `${side} ${quantityText(quantity)} ${symbol} @ ${priceText(price)}`;
  const costs = `${limit === undefined ? '' : `, limit ${priceText(limit)}`}${fee === 0 ? '' : `, fee ${moneyText(fee)}`}`;
  const outcome =
    status === 'FILLED' ? `FILLED, holding ${quantityText(position)}${costs}` : `REJECTED ${reason}`;
  const isPast = marketTime !== undefined && isOfThePast(marketTime, timeMs);
  const when = isPast ? `, market time ${marketTimeText(marketTime)}` : '';
  return `${String(orderId).padStart(8)}  ${timeText(order)}  ${strategy.padEnd(12)} ${what.padEnd(32)} ${outcome}${when}${note === undefined ? '' : `  (${note})`}`;
}

function printPositions(positions: readonly StrategyPosition[]): void {
  console.log('\nPositions');
  for (const { strategy, symbol, quantity, averagePrice, realisedPnl } of positions) {
    const held =
      quantity === 0
        ? 'flat'
        : `${positionName(quantity)} ${quantityText(Math.abs(quantity))} at ${averageText(averagePrice)}`;
    const realised = `realised ${moneyText(realisedPnl).padStart(12)} USD`;
    console.log(printable(`${strategy.padEnd(13)} ${symbol.padEnd(21)} ${held.padEnd(24)} ${realised}`));
  }
}
