// The positions of each strategy and their P&L, the largest gain or loss first.

import type { StrategyPosition } from '../../domain/positions.ts';
import { byId, setText, toneOf } from './dom.ts';
import { averagePrice, count, signedMoney, signedShares } from './format.ts';
import { unrealisedOf } from './holdings.ts';
import type { Model } from './model.ts';
import { type Column, WindowedTable } from './windowed-table.ts';

interface PositionRow extends StrategyPosition {
  readonly last: number;
  readonly unrealised: number;
}

const RESORT_MS = 1_000;

export class PositionsPanel {
  readonly #model: Model;
  readonly #table: WindowedTable<PositionRow>;
  #sortedAt = 0;

  constructor(model: Model, onChoose: (symbol: string) => void) {
    this.#model = model;
    this.#table = new WindowedTable({
      scroller: byId('positions'),
      caption: 'Positions of all strategies.',
      columns: COLUMNS,
      keyOf: ({ strategy, symbol }) => `${strategy} ${symbol}`,
      dataOf: ({ strategy, symbol }) => ({ positionSymbol: symbol, strategy }),
      onChoose: ({ symbol }) => onChoose(symbol),
      onSort: () => this.render(performance.now(), true),
    });
  }

  render(now: number, immediately = false): void {
    if (!immediately && now - this.#sortedAt < RESORT_MS) return;
    this.#sortedAt = now;
    const rows = this.#model.holdings.all(this.#model.strategy).map((line) => this.#row(line));
    const byPnl = rows.sort((one, other) => Math.abs(pnlOf(other)) - Math.abs(pnlOf(one)));
    this.#table.setRows(this.#table.sorted(byPnl));
    const held = rows.filter(({ quantity }) => quantity !== 0).length;
    setText(byId('position-count'), `${count(held)} open of ${count(rows.length)}`);
    byId('no-positions').hidden = rows.length > 0;
  }

  #row(line: StrategyPosition): PositionRow {
    const last = this.#model.symbol(line.symbol)?.price ?? 0;
    return { ...line, last, unrealised: unrealisedOf(line, last) };
  }
}

function pnlOf({ realisedPnl, unrealised }: PositionRow): number {
  return realisedPnl + unrealised;
}

const COLUMNS: readonly Column<PositionRow>[] = [
  {
    id: 'position-symbol',
    title: 'Symbol',
    about: 'Symbol',
    left: true,
    text: ({ symbol }) => symbol,
    sortBy: ({ symbol }) => symbol,
  },
  {
    id: 'strategy',
    title: 'Strategy',
    about: 'Strategy that holds it',
    left: true,
    maxEm: 12,
    text: ({ strategy }) => strategy,
    sortBy: ({ strategy }) => strategy,
  },
  {
    id: 'quantity',
    title: 'Qty',
    about: 'Shares: + long, − short',
    text: ({ quantity }) => signedShares(quantity),
    tone: ({ quantity }) => (quantity === 0 ? 'dim' : toneOf(quantity)),
    sortBy: ({ quantity }) => quantity,
  },
  {
    id: 'average',
    title: 'Average',
    about: 'Average price per share, USD',
    text: ({ averagePrice: usd }) => averagePrice(usd),
  },
  {
    id: 'realised',
    title: 'Realised',
    about: 'P&L of closed positions after fees, USD',
    text: ({ realisedPnl }) => signedMoney(realisedPnl),
    tone: ({ realisedPnl }) => toneOf(realisedPnl),
    sortBy: ({ realisedPnl }) => realisedPnl,
  },
  {
    id: 'unrealised',
    title: 'Unrealised',
    about: 'P&L if it were closed now, USD',
    text: ({ unrealised }) => signedMoney(unrealised),
    tone: ({ unrealised }) => toneOf(unrealised),
    sortBy: ({ unrealised }) => unrealised,
  },
];
