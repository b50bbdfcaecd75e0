// The grid and the labels of a chart.

import { html, type Markup } from './html.ts';
import { fixed } from './line.ts';
import type { Scale } from './scale.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Label {
  readonly at: number;
  readonly text: string;
}

/** Horizontal lines with their labels at the left. */
export function valueAxis({ left, width, right }: Frame, labels: readonly Label[]): Markup[] {
  return labels.map(
    ({
      at,
      text,
    }) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${fixed(at)}" y2="${fixed(at)}"/>
<text class="label" x="${left - 8}" y="${fixed(at + 4)}" text-anchor="end">${text}</text>`,
  );
}

/** Labels below, with short marks. */
export function timeAxis({ height, bottom }: Frame, labels: readonly Label[]): Markup[] {
  const base = height - bottom;
  return labels.map(
    ({
      at,
      text,
    }) => html`<line class="grid" x1="${fixed(at)}" x2="${fixed(at)}" y1="${base}" y2="${base + 4}"/>
<text class="label" x="${fixed(at)}" y="${base + 18}" text-anchor="middle">${text}</text>`,
  );
}

/** Labels whose places are on the scale. */
export function placed(values: readonly number[], scale: Scale, text: (value: number) => string): Label[] {
  return values.map((value) => ({ at: scale(value), text: text(value) }));
}
