// Columns as wide as their widest text so far, so that no number is ever cut off. They never become narrower,
// so that a table does not move while its numbers change.

/** Of a cell on both sides, and more beside the edges of the table: tables.css. */
const PADDING_PX = 11;
const EDGE_PX = 5;

export class ColumnWidths {
  readonly #table: HTMLTableElement;
  readonly #columns: readonly HTMLTableColElement[];
  readonly #pen = document.createElement('canvas').getContext('2d');
  #widths: number[];
  #changed = false;

  constructor(table: HTMLTableElement, count: number) {
    this.#table = table;
    this.#columns = Array.from({ length: count }, () => document.createElement('col'));
    this.#widths = this.#columns.map(() => 0);
    const group = document.createElement('colgroup');
    group.append(...this.#columns);
    table.prepend(group);
  }

  /** Makes room for a text. apply() writes it to the page. */
  fit(column: number, text: string, maxEm = Number.POSITIVE_INFINITY): void {
    if (!this.#pen) return;
    const isEdge = column === 0 || column === this.#columns.length - 1;
    const width =
      Math.min(this.#pen.measureText(text).width, maxEm * this.#em) + PADDING_PX + (isEdge ? EDGE_PX : 0);
    if (width <= this.#widths[column]) return;
    this.#widths[column] = Math.ceil(width);
    this.#changed = true;
  }

  apply(): void {
    if (!this.#changed) return;
    this.#changed = false;
    for (const [index, column] of this.#columns.entries()) column.style.width = `${this.#widths[index]}px`;
    this.#table.style.minWidth = `${this.#widths.reduce((sum, width) => sum + width, 0)}px`;
  }

  /** Starts over with the present font, whose size depends on the screen. */
  reset(): void {
    if (!this.#pen) return;
    const { fontSize, fontFamily } = getComputedStyle(this.#table);
    this.#pen.font = `500 ${fontSize} ${fontFamily}`;
    this.#widths = this.#widths.map(() => 0);
    this.#changed = true;
  }

  get #em(): number {
    return Number.parseFloat(getComputedStyle(this.#table).fontSize);
  }
}
