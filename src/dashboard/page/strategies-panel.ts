// Each strategy: its P&L and what became of its orders. Choosing one shows only its trades and positions.

import type { StrategyLine } from '../messages.ts';
import { byId, toneOf } from './dom.ts';
import { count, NOTHING, signedMoney, unsignedMoney } from './format.ts';
import type { Model } from './model.ts';
import { type Column, WindowedTable } from './windowed-table.ts';

interface StrategyRow extends StrategyLine {
  readonly isHalted: boolean;
  readonly realised: number;
  readonly unrealised: number;
  readonly drawdown: number;
}

const RENDER_MS = 1_000;

export class StrategiesPanel {
  readonly #model: Model;
  readonly #table: WindowedTable<StrategyRow>;
  #renderedAt = 0;

  constructor(model: Model, onChoose: (strategy: string) => void) {
    this.#model = model;
    this.#table = new WindowedTable({
      scroller: byId('strategies'),
      caption: 'Strategies. Enter shows only one, and again all.',
      columns: COLUMNS,
      keyOf: ({ name }) => name,
      dataOf: ({ name, isHalted }) => ({ strategyName: name, halted: String(isHalted) }),
      onChoose: ({ name }) => onChoose(name === this.#model.strategy ? '' : name),
      onSort: () => this.render(performance.now(), true),
    });
  }

  render(now: number, immediately = false): void {
    if (!immediately && now - this.#renderedAt < RENDER_MS) return;
    this.#renderedAt = now;
    const { strategies, sources, equity } = this.#model;
    const halts = sources?.halts;
    const rows = strategies.map(
      (line, index): StrategyRow => ({
        ...line,
        ...this.#model.pnl(line.name),
        drawdown: equity.maxDrawdown(index),
        isHalted: halts?.all === true || halts?.strategies.includes(line.name) === true,
      }),
    );
    this.#table.choose(this.#model.strategy);
    this.#table.setRows(this.#table.sorted(rows));
    byId('no-strategies').hidden = rows.length > 0;
  }
}

function shareOf({ gains, losses }: StrategyLine): string {
  const closed = gains + losses;
  return closed === 0 ? NOTHING : `${Math.round((100 * gains) / closed)} % of ${count(closed)}`;
}

function money(
  id: string,
  title: string,
  about: string,
  of: (row: StrategyRow) => number,
): Column<StrategyRow> {
  return {
    id,
    title,
    about,
    text: (row) => signedMoney(of(row)),
    tone: (row) => toneOf(of(row)),
    sortBy: of,
  };
}

const COLUMNS: readonly Column<StrategyRow>[] = [
  {
    id: 'strategy-name',
    title: 'Strategy',
    about: 'Name under which orders and positions are recorded',
    left: true,
    maxEm: 12,
    text: ({ name, isHalted }) => (isHalted ? `⏸ ${name}` : name),
    tone: ({ isHalted }) => (isHalted ? 'warn' : ''),
    sortBy: ({ name }) => name,
  },
  money('total', 'P&L', 'Realised and unrealised, USD', (row) => row.realised + row.unrealised),
  money('realised', 'Realised', 'P&L of closed positions, USD', (row) => row.realised),
  money('unrealised', 'Unrealised', 'P&L if all were closed now, USD', (row) => row.unrealised),
  money('drawdown', 'Drawdown', 'Deepest fall of the P&L from its highest value, USD', (row) => row.drawdown),
  {
    id: 'fees',
    title: 'Fees',
    about: 'Fees since the dashboard started, USD; the realised P&L is after them',
    text: ({ fees }) => (fees === 0 ? NOTHING : unsignedMoney(fees)),
    sortBy: ({ fees }) => fees,
  },
  {
    id: 'filled',
    title: 'Filled',
    about: 'Orders filled since the dashboard started',
    text: ({ filled }) => count(filled),
    sortBy: ({ filled }) => filled,
  },
  {
    id: 'rejected',
    title: 'Rejected',
    about: 'Orders rejected since the dashboard started',
    text: ({ rejected }) => count(rejected),
    tone: ({ rejected }) => (rejected > 0 ? 'warn' : 'dim'),
    sortBy: ({ rejected }) => rejected,
  },
  {
    id: 'gains',
    title: 'Gains',
    about: 'Share of the fills that closed shares with a gain, since the dashboard started',
    text: shareOf,
  },
];
