// Latency from tick to decision: one column per second, one cell per bucket, darker with more decisions.
// Lines show the median and the 99th percentile.

import type { Second } from '../messages.ts';
import { canvasById } from './dom.ts';
import { nanoseconds } from './format.ts';
import type { Model } from './model.ts';
import { type Colours, chartFontSize, colours } from './theme.ts';

const COLUMN_PX = 4;
const SCALE_PX = 64;
/** Half the height of a letter on the largest screen. */
const PADDING_PX = 10;
/** Range of the scale, ns: from the first bound of a bucket to the last likely one. */
const LOWEST = 5e3;
const HIGHEST = 1e9;
const SCALE = [10e3, 100e3, 1e6, 10e6, 100e6, 1e9];

export class LatencyStrip {
  readonly #model: Model;
  readonly #canvas = canvasById('latency-strip');
  #colours: Colours = colours();
  #font = '';

  constructor(model: Model) {
    this.#model = model;
    new ResizeObserver(() => this.recolour()).observe(this.#canvas);
  }

  /** Applies the theme's colours and font size. */
  recolour(): void {
    this.#colours = colours();
    this.#font = `${chartFontSize()}px ${getComputedStyle(this.#canvas).fontFamily}`;
    this.render();
  }

  render(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pen = this.#canvas.getContext('2d');
    if (!pen || width === 0) return;
    this.#fit(width, height);
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const columns = Math.floor((width - SCALE_PX) / COLUMN_PX);
    const seconds = this.#model.seconds.slice(-columns);
    const left = width - SCALE_PX - seconds.length * COLUMN_PX;
    this.#drawScale(pen, width, height);
    for (const [index, second] of seconds.entries())
      this.#drawColumn(pen, second, left + index * COLUMN_PX, height);
    const { price, p99 } = this.#colours;
    this.#drawLine(
      pen,
      seconds.map(({ p50 }) => p50),
      left,
      height,
      price,
    );
    this.#drawLine(
      pen,
      seconds.map(({ p99 }) => p99),
      left,
      height,
      p99,
    );
    this.#describe(seconds.at(-1));
  }

  #fit(width: number, height: number): void {
    const [pixels, lines] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
    if (this.#canvas.width !== pixels) this.#canvas.width = pixels;
    if (this.#canvas.height !== lines) this.#canvas.height = lines;
  }

  #drawScale(pen: CanvasRenderingContext2D, width: number, height: number): void {
    pen.font = this.#font;
    pen.textBaseline = 'middle';
    for (const ns of SCALE) {
      const y = Math.round(yOf(ns, height)) + 0.5;
      pen.fillStyle = this.#colours.grid;
      pen.fillRect(0, y - 0.5, width - SCALE_PX, 1);
      pen.fillStyle = this.#colours.dim;
      pen.fillText(nanoseconds(ns).replace(/\.0+ /, ' '), width - SCALE_PX + 6, y);
    }
  }

  #drawColumn(pen: CanvasRenderingContext2D, { buckets }: Second, x: number, height: number): void {
    const total = buckets.reduce((sum, count) => sum + count, 0);
    if (total === 0) return;
    pen.fillStyle = this.#colours.heat;
    const { bucketBounds } = this.#model;
    for (const [index, count] of buckets.entries()) {
      if (count === 0) continue;
      const upper = bucketBounds[index] ?? HIGHEST;
      const lower = bucketBounds[index - 1] ?? upper / 2;
      const [top, bottom] = [yOf(upper, height), yOf(lower, height)];
      // The square root keeps a few slow decisions visible.
      pen.globalAlpha = 0.12 + 0.78 * Math.sqrt(count / total);
      pen.fillRect(x, top, COLUMN_PX - 1, Math.max(1, bottom - top - 1));
    }
    pen.globalAlpha = 1;
  }

  #drawLine(
    pen: CanvasRenderingContext2D,
    values: readonly (number | null)[],
    left: number,
    height: number,
    colour: string,
  ): void {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    let penIsDown = false;
    for (const [index, value] of values.entries()) {
      if (value === null) {
        penIsDown = false;
        continue;
      }
      const [x, y] = [left + index * COLUMN_PX + COLUMN_PX / 2, yOf(value, height)];
      if (penIsDown) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      penIsDown = true;
    }
    pen.stroke();
  }

  #describe(last: Second | undefined): void {
    const text =
      typeof last?.p50 === 'number' && typeof last.p99 === 'number'
        ? `Tick to decision, last second: median ${nanoseconds(last.p50)}, 99th percentile ${nanoseconds(last.p99)}`
        : 'Tick to decision: no decisions in the last second';
    if (this.#canvas.getAttribute('aria-label') !== text) this.#canvas.setAttribute('aria-label', text);
  }
}

/** The vertical position of a latency, on a logarithmic scale, px. */
function yOf(ns: number, height: number): number {
  const share = Math.log(ns / LOWEST) / Math.log(HIGHEST / LOWEST);
  return height - PADDING_PX - Math.min(1, Math.max(0, share)) * (height - 2 * PADDING_PX);
}
