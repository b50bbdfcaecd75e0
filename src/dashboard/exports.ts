// Trades, positions and P&L as CSV files, of all strategies or of one: `trades.csv?strategy=crossover`.

import { type StrategyPosition, unrealisedPnl } from '../domain/positions.ts';
import { csv } from './csv.ts';
import type { EquityPoint, OrderLine, StrategyLine } from './messages.ts';
import type { Answer, Route } from './web-server.ts';

/** What is exported. */
export interface Exported {
  /** Oldest first. */
  trades(): readonly OrderLine[];
  positions(): readonly StrategyPosition[];
  /** The latest price in USD; undefined without one. */
  priceOf(symbol: string): number | undefined;
  strategies(): readonly StrategyLine[];
  /** Oldest first. */
  equity(): readonly EquityPoint[];
}

const CSV = 'text/csv; charset=utf-8';
const FIRST_STRATEGY = 3;

export function exportRoutes(exported: Exported): Map<string, Route> {
  const file = (name: string, rows: (strategy: string | null) => unknown[][]) =>
    [
      `/${name}`,
      (query: URLSearchParams): Answer => ({
        type: CSV,
        fileName: name,
        body: csv(rows(query.get('strategy'))),
      }),
    ] as const;
  return new Map<string, Route>([
    file('trades.csv', (strategy) => tradeRows(exported, strategy)),
    file('positions.csv', (strategy) => positionRows(exported, strategy)),
    file('equity.csv', (strategy) => equityRows(exported, strategy)),
  ]);
}

function tradeRows(exported: Exported, strategy: string | null): unknown[][] {
  const head = [
    'time',
    'order_id',
    'strategy',
    'side',
    'quantity',
    'symbol',
    'price',
    'position',
    'limit',
    'fee',
    'note',
  ];
  const trades = exported.trades().filter((trade) => strategy === null || trade.strategy === strategy);
  return [
    head,
    ...trades.map((trade) => {
      const {
        at,
        orderId,
        strategy: name,
        side,
        quantity,
        symbol,
        price,
        position,
        limit,
        fee,
        note,
      } = trade;
      const time = new Date(at).toISOString();
      return [time, orderId, name, side, quantity, symbol, price, position, limit, fee, note];
    }),
  ];
}

function positionRows(exported: Exported, strategy: string | null): unknown[][] {
  const head = ['strategy', 'symbol', 'quantity', 'average_price', 'last_price', 'realised', 'unrealised'];
  const held = exported.positions().filter((line) => strategy === null || line.strategy === strategy);
  return [
    head,
    ...held.map((position) => {
      const { strategy: name, symbol, quantity, averagePrice, realisedPnl } = position;
      const last = exported.priceOf(symbol);
      const unrealised = last === undefined ? undefined : unrealisedPnl(position, last);
      return [name, symbol, quantity, averagePrice, last, realisedPnl, unrealised];
    }),
  ];
}

function equityRows(exported: Exported, strategy: string | null): unknown[][] {
  const index = exported.strategies().findIndex(({ name }) => name === strategy);
  const from = strategy === null ? 1 : FIRST_STRATEGY + 2 * index;
  const points = strategy !== null && index < 0 ? [] : exported.equity();
  let peak = Number.NEGATIVE_INFINITY;
  return [
    ['time', 'realised', 'unrealised', 'total', 'drawdown'],
    ...points.map((point) => {
      const [realised, unrealised] = [point[from] ?? 0, point[from + 1] ?? 0];
      const total = realised + unrealised;
      peak = Math.max(peak, total);
      return [new Date(point[0]).toISOString(), realised, unrealised, total, total - peak];
    }),
  ];
}
