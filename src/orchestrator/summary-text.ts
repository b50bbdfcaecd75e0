// The summary of a run as text for the terminal.

import { isOfThePast, marketTimeText } from '../domain/market-time-text.ts';
import { averageText, moneyText, priceText } from '../domain/price-text.ts';
import { quantityText } from '../domain/quantity.ts';
import type { FaultCounts } from '../monitoring/row-faults.ts';
import { grouped } from '../platform/counted.ts';
import type { StrategySummary, Summary, ValuedPosition } from './summary.ts';

const LABEL_WIDTH = 16;
const NS_PER_US = 1e3;
const POSITIONS_SHOWN = 40;

/**
 * One element per line, without line feeds.
 * @param where the words of a command line that name the record, with a space before them
 */
export function summaryLines(summary: Summary, where: string): string[] {
  const { ticks, skips, news, orders, pnl, latency, restarts } = summary;
  const restarted = Object.entries(restarts).filter(([, times]) => times > 0);
  return [
    ...positionLines(summary.positions, where),
    ...strategyLines(summary.strategies),
    line('Time', `${summary.seconds.toFixed(1)} s${marketText(summary.marketTimeMs)}`),
    line('Ticks', pairs({ sent: ticks.sent, applied: ticks.applied, 'seen by the strategy': ticks.seen })),
    line(
      'Ticks lost',
      pairs({
        gaps: ticks.gaps,
        missed: ticks.missed,
        lapped: ticks.lapped,
        rejected: ticks.rejected,
        'rows of the file skipped': ticks.skippedRows,
      }),
    ),
    ...skipLines(skips.prices),
    ...sourceLines(summary.source),
    line(
      'News',
      pairs({
        sent: news.sent,
        seen: news.seen,
        ...(news.skippedRows > 0 && { 'rows of the file skipped': news.skippedRows }),
      }),
    ),
    ...skipLines(skips.news),
    line(
      'Orders',
      pairs({
        sent: orders.sent,
        received: orders.received,
        filled: orders.filled,
        rejected: orders.rejected,
      }),
    ),
    line(
      '',
      pairs({
        recorded: orders.recorded,
        'sent again': orders.resent,
        repeated: orders.repeated,
        unanswered: orders.unanswered,
      }),
    ),
    line(
      'P&L',
      `${usd(pnl.total)} USD (realised ${usd(pnl.realised)}${pnl.fees === 0 ? '' : ` after fees of ${usd(pnl.fees)}`}, unrealised ${usd(pnl.unrealised)} at the last prices)`,
    ),
    line('Tick to decision', latencyText(latency.decisionP50, latency.decisionP99, summary)),
    line('Tick to report', latencyText(latency.reportP50, latency.reportP99, summary)),
    line('Shared memory', `${grouped(summary.sharedMemoryBytes)} bytes`),
    ...summary.mismatches.map((mismatch) => line('Does not add up', mismatch)),
    line(
      'Restarts',
      restarted.length === 0 ? 'none' : restarted.map(([name, times]) => `${name} ${times}`).join(', '),
    ),
  ];
}

/** Why rows were skipped. */
function skipLines(counts: FaultCounts): string[] {
  return Object.keys(counts).length === 0 ? [] : [line('', `skipped for: ${pairs(counts)}`)];
}

/** What a live source lost, if anything. */
function sourceLines({ gaps, missed, late }: Summary['source']): string[] {
  return gaps + missed + late === 0 ? [] : [line('', `by the source: ${pairs({ gaps, missed, late })}`)];
}

/** Where the data ended, unless it was made while the stack ran. */
function marketText(timeMs: number | null): string {
  const isPast = timeMs !== null && isOfThePast(timeMs, Date.now());
  return isPast ? `, of the market until ${marketTimeText(timeMs)}` : '';
}

function positionLines(positions: readonly ValuedPosition[], where: string): string[] {
  if (positions.length === 0) return [];
  const byPnl = [...positions].sort((a, b) => Math.abs(pnlOf(b)) - Math.abs(pnlOf(a)));
  const shown = byPnl.slice(0, POSITIONS_SHOWN).sort(byStrategyAndSymbol);
  const isOfSeveral = new Set(positions.map(({ strategy }) => strategy)).size > 1;
  const rest = positions.length - shown.length;
  return [
    row('Symbol', 'Position', 'Average', 'Last', 'Realised', 'Unrealised'),
    ...shown.flatMap((position, index) => {
      const isFirst = isOfSeveral && position.strategy !== shown[index - 1]?.strategy;
      return isFirst ? [`${position.strategy}:`, positionRow(position)] : [positionRow(position)];
    }),
    ...(rest > 0 ? [`and ${rest} more: ./tickline orders${where}`] : []),
    '',
  ];
}

function byStrategyAndSymbol(a: ValuedPosition, b: ValuedPosition): number {
  if (a.strategy !== b.strategy) return a.strategy < b.strategy ? -1 : 1;
  return a.symbol < b.symbol ? -1 : 1;
}

function positionRow(position: ValuedPosition): string {
  return row(
    position.symbol,
    quantityText(position.quantity),
    averageText(position.averagePrice),
    priceText(position.lastPrice),
    usd(position.realisedPnl),
    usd(position.unrealisedPnl),
  );
}

/** A row for each of several strategies. */
function strategyLines(strategies: readonly StrategySummary[]): string[] {
  if (strategies.length < 2) return [];
  return [
    row('Strategy', 'Ticks seen', 'Orders sent', 'Filled', 'Rejected', 'P&L'),
    ...strategies.map(({ name, ticks, orders, pnl }) =>
      row(
        name,
        ...[ticks.seen, orders.sent].map((count) => (count === 0 ? '-' : grouped(count))), // clients do not count them
        ...[orders.filled, orders.rejected].map(grouped),
        usd(pnl),
      ),
    ),
    '',
  ];
}

function row(symbol: string, ...columns: string[]): string {
  return symbol.padEnd(LABEL_WIDTH) + columns.map((column) => ` ${column.padStart(11)}`).join('');
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}  ${text}`;
}

function pairs(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${grouped(count)}`)
    .join(', ');
}

function pnlOf(position: ValuedPosition): number {
  return position.realisedPnl + position.unrealisedPnl;
}

function usd(amount: number): string {
  return moneyText(amount);
}

/** Percentiles, or why there are none. */
function latencyText(p50: number, p99: number, { latency, ticks }: Summary): string {
  if (p50 === 0 && ticks.applied > 0 && !latency.timed)
    return 'not measured: the Gateway reads another clock, or sends no times';
  const note = latency.queueing && p50 > 0 ? ' (mostly waiting: --rate max)' : '';
  return `p50 ${us(p50)}, p99 ${us(p99)}${note}`;
}

function us(ns: number): string {
  return ns === 0 ? '-' : `${(ns / NS_PER_US).toFixed(0)} µs`;
}
