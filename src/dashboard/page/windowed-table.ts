// A table of any length. Only visible rows are in the document, and only changed cells are written. The first
// cell of a row is a button: arrow keys move between them, Enter chooses.

import { ColumnWidths } from './column-widths.ts';
import { make } from './dom.ts';
import { visibleRows } from './window.ts';

export interface Column<R> {
  readonly id: string;
  readonly title: string;
  /** Tooltip of the column's head. */
  readonly about: string;
  readonly text: (row: R) => string;
  /** For the style: up, down, dim or warn. */
  readonly tone?: (row: R) => string;
  /** Absent: the table cannot be sorted by it. Numbers are first sorted descending. */
  readonly sortBy?: (row: R) => number | string;
  readonly left?: boolean;
  /** Longer texts are cut off, and are tooltips; absent: no text is. */
  readonly maxEm?: number;
}

export interface TableOptions<R> {
  /** The scrolling element that will hold the table. */
  readonly scroller: HTMLElement;
  readonly caption: string;
  readonly columns: readonly Column<R>[];
  readonly keyOf: (row: R) => string;
  /** Attributes of a row's element. */
  readonly dataOf: (row: R) => Readonly<Record<string, string>>;
  readonly onChoose: (row: R) => void;
  readonly onSort?: () => void;
}

export interface Sorting {
  readonly column: string;
  readonly descending: boolean;
}

interface RowElement {
  readonly tr: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly cells: readonly HTMLElement[];
  /** The text node of each cell: writing to it is cheaper than replacing it. */
  readonly texts: readonly Text[];
  readonly tones: string[];
  key: string;
}

export class WindowedTable<R> {
  sorting: Sorting | undefined;
  readonly #options: TableOptions<R>;
  readonly #scroller: HTMLElement;
  readonly #table = make('table');
  readonly #body = make('tbody');
  readonly #above = spacer();
  readonly #below = spacer();
  readonly #heads: HTMLTableCellElement[];
  readonly #widths: ColumnWidths;
  #rows: readonly R[] = [];
  #shown = new Map<string, RowElement>();
  #chosen = '';
  /** The row that Tab reaches. */
  #active = '';
  /**
   * The visible part, px. Read only when it changes, because reading it per frame would lay the page out
   * twice.
   */
  #top = 0;
  #height = 0;
  /** Height of a row and of the head: --row in base.css. */
  #rowPx = 26;

  constructor(options: TableOptions<R>) {
    this.#options = options;
    this.#scroller = options.scroller;
    this.#heads = options.columns.map((column) => this.#head(column));
    const head = make('thead');
    const titles = make('tr');
    titles.append(...this.#heads);
    head.append(titles);
    this.#table.append(make('caption', 'unseen', options.caption), head, this.#body);
    this.#body.append(this.#above, this.#below);
    this.#widths = new ColumnWidths(this.#table, options.columns.length);
    this.#scroller.append(this.#table);
    this.#scroller.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#body.addEventListener('keydown', (event) => this.#key(event));
    this.#body.addEventListener('click', (event) => this.#click(event));
    this.#body.addEventListener('pointerover', ({ target }) => showFullText(target));
    new ResizeObserver(() => this.#resized()).observe(this.#scroller);
  }

  /** Sets the rows, in the order in which they are shown. */
  setRows(rows: readonly R[]): void {
    this.#rows = rows;
    this.#table.setAttribute('aria-rowcount', String(rows.length + 1));
    this.render();
  }

  get rows(): readonly R[] {
    return this.#rows;
  }

  choose(key: string): void {
    if (key === this.#chosen) return;
    this.#chosen = key;
    this.#active = key;
    this.render();
  }

  /** The rows sorted by the column that was clicked, if any. */
  sorted(rows: readonly R[]): readonly R[] {
    const { sorting } = this;
    const sortBy = this.#options.columns.find(({ id }) => id === sorting?.column)?.sortBy;
    if (!sorting || !sortBy) return rows;
    const direction = sorting.descending ? -1 : 1;
    return rows.toSorted((one, other) => compare(sortBy(one), sortBy(other)) * direction);
  }

  /** Writes the visible cells that have changed. */
  render(): void {
    const { first, end } = visibleRows(this.#top, this.#height - this.#rowPx, this.#rowPx, this.#rows.length);
    const hadFocus = this.#body.contains(document.activeElement);
    const visible = this.#rows.slice(first, end);
    const elements = this.#elementsFor(visible.map((row) => this.#options.keyOf(row)));
    let before: Element = this.#above;
    for (const [offset, row] of visible.entries()) {
      const element = elements[offset];
      if (before.nextElementSibling !== element.tr) before.after(element.tr);
      this.#fill(element, row, first + offset);
      before = element.tr;
    }
    this.#widths.apply();
    setHeight(this.#above, first * this.#rowPx);
    setHeight(this.#below, (this.#rows.length - end) * this.#rowPx);
    this.#keepTabStop(visible);
    if (hadFocus && !this.#body.contains(document.activeElement)) this.#focus(this.#active);
  }

  #resized(): void {
    this.#rowPx = Number.parseFloat(getComputedStyle(this.#scroller).getPropertyValue('--row'));
    this.#fitWidths();
    this.#scrolled();
  }

  /** The font size depends on the screen. */
  #fitWidths(): void {
    this.#widths.reset();
    for (const [index, { title, sortBy }] of this.#options.columns.entries())
      this.#widths.fit(index, sortBy ? `${title} ↓` : title);
    for (const { texts } of this.#shown.values())
      for (const [index, { data }] of texts.entries()) this.#fit(index, data);
    this.#widths.apply();
  }

  #fit(column: number, text: string): void {
    this.#widths.fit(column, text, this.#options.columns[column].maxEm);
  }

  #scrolled(): void {
    this.#top = this.#scroller.scrollTop;
    this.#height = this.#scroller.clientHeight;
    this.render();
  }

  /**
   * An element for each row: its own, or one of a row that is no longer visible. Moving an element costs a
   * layout.
   */
  #elementsFor(keys: readonly string[]): RowElement[] {
    const wanted = new Set(keys);
    const free = [...this.#shown.values()].filter(({ key }) => !wanted.has(key));
    const elements = keys.map((key) => this.#shown.get(key) ?? free.shift() ?? this.#newElement());
    for (const { tr } of free) tr.remove();
    for (const [index, element] of elements.entries()) element.key = keys[index];
    this.#shown = new Map(elements.map((element) => [element.key, element]));
    return elements;
  }

  #newElement(): RowElement {
    const tr = make('tr');
    const button = make('button');
    button.type = 'button';
    const cells = this.#options.columns.map((column, index) => {
      const cell = make(index === 0 ? 'th' : 'td', column.left ? 'left' : '');
      if (index === 0) cell.setAttribute('scope', 'row');
      if (index === 0) cell.append(button);
      tr.append(cell);
      return index === 0 ? button : cell;
    });
    const texts = cells.map((cell) => cell.appendChild(new Text()));
    return { tr, button, cells, texts, tones: cells.map(() => ''), key: '' };
  }

  #fill(element: RowElement, row: R, index: number): void {
    const { columns, dataOf } = this.#options;
    const { tr, cells, texts, tones, key } = element;
    for (const [column, { text, tone }] of columns.entries()) {
      const now = text(row);
      if (texts[column].data !== now) {
        texts[column].data = now;
        this.#fit(column, now);
      }
      const toneNow = tone?.(row) ?? '';
      if (tones[column] !== toneNow) {
        tones[column] = toneNow;
        cells[column].dataset.tone = toneNow;
      }
    }
    for (const [name, value] of Object.entries(dataOf(row)))
      if (tr.dataset[name] !== value) tr.dataset[name] = value;
    const rowIndex = String(index + 2);
    if (tr.getAttribute('aria-rowindex') !== rowIndex) tr.setAttribute('aria-rowindex', rowIndex);
    const current = String(key === this.#chosen);
    if (tr.getAttribute('aria-current') !== current) tr.setAttribute('aria-current', current);
    const odd = String(index % 2 === 1);
    if (tr.dataset.odd !== odd) tr.dataset.odd = odd;
  }

  /** Tab reaches one row of the table, and then what follows the table. */
  #keepTabStop(visible: readonly R[]): void {
    const stop = this.#shown.has(this.#active) ? this.#active : visible[0] && this.#options.keyOf(visible[0]);
    for (const { button, key } of this.#shown.values()) {
      const tabIndex = key === stop ? 0 : -1;
      if (button.tabIndex !== tabIndex) button.tabIndex = tabIndex;
    }
  }

  #key(event: KeyboardEvent): void {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: this.#page,
      PageUp: -this.#page,
      Home: -this.#rows.length,
      End: this.#rows.length,
    };
    const step = steps[event.key];
    const key = this.#keyOfElement(event.target);
    if (step === undefined || key === undefined) return;
    event.preventDefault();
    const index = this.#rows.findIndex((row) => this.#options.keyOf(row) === key);
    this.focusRow(Math.max(0, Math.min(this.#rows.length - 1, index + step)));
  }

  /** Moves the focus to the row at this index. */
  focusRow(index: number): void {
    const row = this.#rows[index];
    if (row === undefined) return;
    this.#active = this.#options.keyOf(row);
    this.#scrollTo(index);
    this.render();
    this.#focus(this.#active);
  }

  #click(event: MouseEvent): void {
    const key = this.#keyOfElement(event.target);
    const row = this.#rows.find((candidate) => this.#options.keyOf(candidate) === key);
    if (row !== undefined) this.#options.onChoose(row);
  }

  #keyOfElement(target: EventTarget | null): string | undefined {
    const tr = target instanceof Element ? target.closest('tr') : null;
    for (const element of this.#shown.values()) if (element.tr === tr) return element.key;
    return undefined;
  }

  #focus(key: string): void {
    this.#shown.get(key)?.button.focus({ preventScroll: true });
  }

  get #page(): number {
    return Math.max(1, Math.floor((this.#height - this.#rowPx) / this.#rowPx) - 1);
  }

  #scrollTo(index: number): void {
    const top = index * this.#rowPx;
    const bottom = top + this.#rowPx - (this.#height - this.#rowPx);
    if (this.#top > top) this.#scroller.scrollTop = top;
    else if (this.#top < bottom) this.#scroller.scrollTop = bottom;
    this.#top = this.#scroller.scrollTop;
  }

  #head(column: Column<R>): HTMLTableCellElement {
    const cell = make('th', `${column.left ? 'left ' : ''}column-${column.id}`);
    cell.setAttribute('scope', 'col');
    if (!column.sortBy) {
      cell.textContent = column.title;
      cell.title = column.about;
      return cell;
    }
    const button = make('button', '', column.title);
    button.type = 'button';
    button.title = `${column.about}. Click to sort.`;
    button.addEventListener('click', () => this.#sortBy(column));
    cell.append(button);
    cell.setAttribute('aria-sort', 'none');
    return cell;
  }

  /** Clicks on a column sort it one way, then the other, then not at all. */
  #sortBy({ id, sortBy }: Column<R>): void {
    const [row] = this.#rows;
    const first = row !== undefined && typeof sortBy?.(row) === 'number';
    if (this.sorting?.column !== id) this.sorting = { column: id, descending: first };
    else if (this.sorting.descending === first) this.sorting = { column: id, descending: !first };
    else this.sorting = undefined;
    for (const [index, column] of this.#options.columns.entries()) {
      if (!column.sortBy) continue;
      const direction = this.sorting?.descending ? 'descending' : 'ascending';
      this.#heads[index].setAttribute('aria-sort', column.id === this.sorting?.column ? direction : 'none');
    }
    this.#options.onSort?.();
  }
}

function compare(one: number | string, other: number | string): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : Number(one !== other);
}

/** Gives a truncated cell its full text as a tooltip. */
function showFullText(target: EventTarget | null): void {
  if (!(target instanceof HTMLElement)) return;
  const full = target.scrollWidth > target.clientWidth ? (target.textContent ?? '') : '';
  if (target.title !== full) target.title = full;
}

function spacer(): HTMLTableRowElement {
  const row = make('tr', 'spacer');
  row.setAttribute('aria-hidden', 'true');
  return row;
}

function setHeight(row: HTMLElement, px: number): void {
  const height = `${px}px`;
  if (row.style.height !== height) row.style.height = height;
}
