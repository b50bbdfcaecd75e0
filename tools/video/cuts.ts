// The parts of the recording that the film leaves out, as the filters of ffmpeg that do it. It uses no ffmpeg.

/** A part of the recording, in seconds from its start. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Longer than any recording, in seconds. */
const END_S = 1e6;
/** What is seen before and after each part that is shown, in seconds. */
const MARGIN_S = 0.4;

/** What is cut out: all but the parts that are shown, which follow one another, and a moment before and after each. */
export function cutsOf(shown: readonly Span[]): Span[] {
  const ends = [-MARGIN_S, ...shown.map(({ to }) => to)];
  const starts = [...shown.map(({ from }) => from), Number.POSITIVE_INFINITY];
  return ends
    .map((end, i) => ({ from: end + MARGIN_S, to: (starts[i] ?? end) - MARGIN_S }))
    .filter(({ from, to }) => from < to);
}

/** The video filter that leaves out `cuts` and shows `framesPerS`. */
export function filterOf(cuts: readonly Span[], framesPerS: number): string {
  if (cuts.length === 0) return `fps=${framesPerS}`;
  const isCut = cuts.map(({ from, to }) => `gte(t,${seconds(from)})*lt(t,${seconds(to)})`);
  const before = cuts.filter(({ to }) => to < Number.POSITIVE_INFINITY);
  const cutBefore = before.map(({ from, to }) => `gte(T,${seconds(to)})*${seconds(to - from)}`);
  return [
    `select='not(${isCut.join('+')})'`,
    `setpts='PTS-(${cutBefore.join('+') || 0})/TB'`,
    `fps=${framesPerS}`,
  ].join(',');
}

/** The longest time without a new frame, in the parts that are shown. @param times of all frames, in seconds */
export function longestGap(times: readonly number[], cuts: readonly Span[]): number {
  const gaps = times.slice(1).map((to, i) => ({ from: times[i] ?? to, to }));
  const shown = gaps.filter((gap) => !cuts.some((cut) => gap.from < cut.to && cut.from < gap.to));
  return Math.max(0, ...shown.map(({ from, to }) => to - from));
}

function seconds(value: number): string {
  return Math.min(value, END_S).toFixed(3);
}
