// Pulls ticks out of a feed.

import { TickFrames } from '../../tick-frames.ts';
import type { Feed } from '../feed.ts';

const BUFFER_BYTES = 4096;

export function newFrames(bytes = BUFFER_BYTES): TickFrames {
  return new TickFrames(new Uint8Array(bytes));
}

export function textOf(out: TickFrames): string {
  return new TextDecoder().decode(out.bytes.subarray(0, out.length));
}

/** The ticks in `out`, without their delimiters and times. */
export function framesIn(out: TickFrames): string[] {
  return textOf(out)
    .split('*')
    .slice(0, -1)
    .filter((frame) => !frame.startsWith('#'));
}

/** The ticks of a feed with their market times: `[timeMs, frame]`. */
export async function timedTicks(feed: Feed, ticksMax: number): Promise<[number, string][]> {
  const ticks: [number, string][] = [];
  const out = newFrames();
  while (ticks.length < ticksMax && !feed.ended) {
    await feed.ready();
    out.clear();
    feed.fill(out, ticksMax - ticks.length, Number.POSITIVE_INFINITY);
    let timeMs = Number.NaN; // every batch starts with its time
    for (const frame of textOf(out).split('*').slice(0, -1)) {
      if (frame.startsWith('#TIME,')) timeMs = Number(frame.slice('#TIME,'.length));
      else ticks.push([timeMs, frame]);
    }
  }
  return ticks;
}

/** At most `ticksMax` frames; fewer only if the feed ends. */
export async function pull(feed: Feed, ticksMax = Number.POSITIVE_INFINITY): Promise<string[]> {
  const frames: string[] = [];
  const out = newFrames();
  while (frames.length < ticksMax && !feed.ended) {
    await feed.ready();
    out.clear();
    feed.fill(out, ticksMax - frames.length, Number.POSITIVE_INFINITY);
    frames.push(...framesIn(out));
  }
  return frames;
}

/** The whole snapshot, taken in pieces of `bytes`. */
export function snapshotOf(feed: Feed, bytes = BUFFER_BYTES): string[] {
  const frames: string[] = [];
  const out = newFrames(bytes);
  let from = 0;
  while (from !== -1) {
    out.clear();
    from = feed.snapshot(out, from);
    frames.push(...framesIn(out));
  }
  return frames;
}

/** The last of `frames` for each symbol, sorted. */
export function latestOf(frames: readonly string[]): string[] {
  const latest = new Map(frames.map((frame) => [frame.slice(0, frame.indexOf(',')), frame]));
  return [...latest.values()].sort();
}
