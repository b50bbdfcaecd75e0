// Scales of charts, from values to pixels, and their ticks.

export interface Scale {
  /** Pixels of a value. */
  (value: number): number;
  readonly low: number;
  readonly high: number;
}

const LABELS_PER_YEAR = [1, 2, 5, 10, 20];

/** A linear scale; equal bounds are moved apart. */
export function linear(low: number, high: number, from: number, to: number): Scale {
  const span = high === low ? Math.max(Math.abs(low) * 0.01, 1e-9) : high - low;
  const start = high === low ? low - span / 2 : low;
  const scale = (value: number) => from + ((value - start) / span) * (to - from);
  return Object.assign(scale, { low: start, high: start + span });
}

/** A logarithmic scale of values above zero. */
export function logarithmic(low: number, high: number, from: number, to: number): Scale {
  const inner = linear(Math.log(low), Math.log(high), from, to);
  return Object.assign((value: number) => inner(Math.log(value)), { low, high });
}

/** About `count` round values between the bounds. */
export function roundValues({ low, high }: Pick<Scale, 'low' | 'high'>, count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const values: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) values.push(at * step);
  return values;
}

/** Values 1, 2 and 5 times the powers of ten between the bounds. */
export function logValues({ low, high }: Pick<Scale, 'low' | 'high'>): number[] {
  const values: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10)
    for (const factor of [1, 2, 5])
      if (factor * power >= low && factor * power <= high) values.push(factor * power);
  return values;
}

/** Times for labels: the starts of years, or a few days of a short period. */
export function timeLabels(
  firstMs: number,
  lastMs: number,
  count: number,
): { timeMs: number; text: string }[] {
  const firstYear = new Date(firstMs).getUTCFullYear() + 1;
  const lastYear = new Date(lastMs).getUTCFullYear();
  if (lastYear - firstYear < 2) return dayLabels(firstMs, lastMs, count);
  const step = LABELS_PER_YEAR.find((years) => (lastYear - firstYear + 1) / years <= count) ?? 50;
  const labels: { timeMs: number; text: string }[] = [];
  for (let year = firstYear; year <= lastYear; year++)
    if (year % step === 0) labels.push({ timeMs: Date.UTC(year, 0), text: String(year) });
  return labels;
}

function dayLabels(firstMs: number, lastMs: number, count: number): { timeMs: number; text: string }[] {
  const labels = Math.min(count, 4);
  return Array.from({ length: labels }, (_, index) => {
    const timeMs = firstMs + ((lastMs - firstMs) * (index + 0.5)) / labels;
    return { timeMs, text: new Date(timeMs).toISOString().slice(0, 10) };
  });
}
