// The table of all symbols, with search and sorting.

import { byId, inputById, setText, toneOf } from './dom.ts';
import { age, count, percent, price, signedMoney, signedShares } from './format.ts';
import type { Model, SymbolLine } from './model.ts';
import { sentimentText, signalsText, sumOfSignals } from './signal-text.ts';
import { type Column, WindowedTable } from './windowed-table.ts';

/** Rows are sorted again this often, so that they do not jump when their column keeps changing. */
const RESORT_MS = 1_000;

export class SymbolsPanel {
  readonly #model: Model;
  readonly #table: WindowedTable<SymbolLine>;
  readonly #search = inputById('search');
  #sortedAt = 0;
  /** The symbols that were sorted: their number and the first one. */
  #sortedCount = 0;
  #first: SymbolLine | undefined;
  #now = 0;

  constructor(model: Model, onChoose: (symbol: string) => void) {
    this.#model = model;
    this.#table = new WindowedTable({
      scroller: byId('symbols'),
      caption: 'All symbols. Arrow keys move, Enter chooses.',
      columns: this.#columns(),
      keyOf: ({ name }) => name,
      dataOf: ({ name, stale }) => ({ symbol: name, stale: String(stale) }),
      onChoose: ({ name }) => onChoose(name),
      onSort: () => this.#sort(),
    });
    this.#search.addEventListener('input', () => this.#sort());
    this.#search.addEventListener('keydown', (event) => this.#searchKey(event, onChoose));
  }

  /** Shows what has changed. @param now a monotonic clock in ms */
  render(now: number): void {
    this.#now = this.#model.serverTime(now);
    if (now - this.#sortedAt > RESORT_MS || this.#isOutdated) this.#sort(now);
    else this.#table.render();
  }

  choose(symbol: string): void {
    this.#table.choose(symbol);
  }

  /** Whether there are new symbols, or those of another state. */
  get #isOutdated(): boolean {
    const { symbols } = this.#model;
    return this.#sortedCount !== symbols.length || this.#first !== symbols[0];
  }

  #sort(now = performance.now()): void {
    this.#sortedAt = now;
    this.#sortedCount = this.#model.symbols.length;
    this.#first = this.#model.symbols[0];
    this.#now = this.#model.serverTime(now);
    const wanted = this.#search.value.trim().toUpperCase();
    const found = this.#model.symbols.filter(({ name }) => name.toUpperCase().includes(wanted));
    this.#table.setRows(this.#table.sorted(found));
    const all = this.#model.symbols.length;
    const inBook = this.#model.sources?.symbolsInBook ?? all;
    const ofAll = found.length === all ? count(all) : `${count(found.length)} of ${count(all)}`;
    setText(byId('symbol-count'), inBook > all ? `${ofAll} shown; ${count(inBook)} in the book` : ofAll);
    byId('no-symbols').hidden = found.length > 0;
    setText(
      byId('no-symbols'),
      all === 0 ? 'No prices yet.' : `No symbol has "${this.#search.value.trim()}" in its name.`,
    );
  }

  /** Enter chooses the first match, the down arrow enters the table, Escape clears the search. */
  #searchKey(event: KeyboardEvent, onChoose: (symbol: string) => void): void {
    const [first] = this.#table.rows;
    if (event.key === 'Enter' && first) onChoose(first.name);
    else if (event.key === 'ArrowDown') this.#table.focusRow(0);
    else if (event.key === 'Escape') {
      this.#search.value = '';
      this.#sort();
    } else return;
    event.preventDefault();
  }

  #columns(): Column<SymbolLine>[] {
    return [
      {
        id: 'symbol',
        title: 'Symbol',
        about: 'Symbol',
        left: true,
        text: ({ name }) => name,
        sortBy: ({ name }) => name,
      },
      {
        id: 'price',
        title: 'Price',
        about: 'Latest price, USD',
        text: (row) => price(row.price),
        sortBy: (row) => row.price,
      },
      {
        id: 'change',
        title: 'Change',
        about: 'Change since the dashboard first saw the symbol',
        text: (row) => percent(row.change),
        tone: (row) => toneOf(row.change),
        sortBy: (row) => row.change,
      },
      {
        id: 'signal',
        title: 'Signal',
        about: 'What the strategies shown publish. ▲ 2 ▼ 1: two buy, one sells',
        text: (row) => signalsText(this.#model.signalsOf(row)),
        tone: (row) => this.#toneOf(this.#signalOf(row) ?? 0),
        sortBy: (row) => this.#signalOf(row) ?? Number.NEGATIVE_INFINITY,
      },
      {
        id: 'news',
        title: 'News',
        about: 'Sentiment of the news, 0 to 100, the same for all symbols',
        text: () => sentimentText(this.#model.sentiment),
        tone: () => 'dim',
      },
      {
        id: 'position',
        title: 'Position',
        about: 'Shares held by the strategies shown: + long, − short',
        text: (row) => signedShares(this.#model.holding(row).quantity),
        tone: (row) => this.#toneOf(this.#model.holding(row).quantity),
        sortBy: (row) => this.#model.holding(row).quantity,
      },
      {
        id: 'pnl',
        title: 'P&L',
        about: 'Realised and unrealised profit and loss, USD',
        text: (row) => signedMoney(this.#model.holding(row).pnl),
        tone: (row) => this.#toneOf(this.#model.holding(row).pnl),
        sortBy: (row) => this.#model.holding(row).pnl,
      },
      {
        id: 'age',
        title: 'Age',
        about: 'Time since the last tick. ⚠: the price is stale and not traded on',
        text: (row) => this.#age(row),
        tone: (row) => (row.stale ? 'warn' : 'dim'),
        sortBy: (row) => this.#now - row.tickAt,
      },
    ];
  }

  #signalOf(row: SymbolLine): number | null {
    return sumOfSignals(this.#model.signalsOf(row));
  }

  #toneOf(value: number): string {
    return value === 0 ? 'dim' : toneOf(value);
  }

  #age({ tickAt, stale }: SymbolLine): string {
    if (tickAt === 0) return 'no tick';
    return `${stale ? '⚠ ' : ''}${age(this.#now - tickAt)}`;
  }
}
