// The control frames of the price and news streams. A client that sends RESUME gets them besides the plain
// frames.

import { MESSAGE_DELIMITER } from './frames.ts';

/** Control frames start with this byte; no symbol does. */
export const CONTROL_BYTE = 35; // '#'

/** A whole number without sign: the id of a run of the Gateway, or a sequence number. */
const WHOLE = /^\d{1,16}$/;
/** CLOCK_MONOTONIC in ns. From the 105th day after boot it exceeds 2^53, and is exact to a few ns only. */
const TIME = /^\d{1,19}$/;
/** Frames whose second number is a time. */
const TIMED = new Set(['#BATCH', '#CLOCK', '#HEARTBEAT']);

/** Where a client wants to continue. Run id 0: it has not connected before. */
export interface Resume {
  readonly runId: number;
  /** Sequence number of the next tick that it wants. */
  readonly next: number;
}

/** A parsed control frame. */
export type ControlFrame =
  | { readonly type: 'session'; readonly runId: number; readonly next: number }
  | { readonly type: 'clock'; readonly clock: number; readonly timeNs: number }
  | { readonly type: 'snapshot'; readonly count: number }
  | { readonly type: 'batch'; readonly sequence: number; readonly timeNs: number }
  | { readonly type: 'heartbeat'; readonly sequence: number; readonly timeNs: number }
  | { readonly type: 'at'; readonly sequence: number }
  | { readonly type: 'end' };

export const resumeFrame = (resume: Resume): string =>
  `RESUME,${resume.runId},${resume.next}${MESSAGE_DELIMITER}`;
export const sessionFrame = (runId: number, next: number): string =>
  `#SESSION,${runId},${next}${MESSAGE_DELIMITER}`;
export const clockFrame = (clock: number, timeNs: number): string =>
  `#CLOCK,${clock},${timeNs}${MESSAGE_DELIMITER}`;
export const snapshotFrame = (count: number): string => `#SNAPSHOT,${count}${MESSAGE_DELIMITER}`;
export const batchFrame = (sequence: number, timeNs: number): string =>
  `#BATCH,${sequence},${timeNs}${MESSAGE_DELIMITER}`;
export const heartbeatFrame = (sequence: number, timeNs: number): string =>
  `#HEARTBEAT,${sequence},${timeNs}${MESSAGE_DELIMITER}`;
export const atFrame = (sequence: number): string => `#AT,${sequence}${MESSAGE_DELIMITER}`;
export const endFrame = (): string => `#END${MESSAGE_DELIMITER}`;

/** Parses `RESUME,<session>,<next>` without its delimiter. Returns undefined for anything else. */
export function parseResume(text: string): Resume | undefined {
  const [word, runId, next, ...rest] = text.trim().split(',');
  if (word !== 'RESUME' || rest.length > 0) return undefined;
  const resume = { runId: parseWhole(runId), next: parseWhole(next) };
  return Number.isNaN(resume.runId + resume.next) ? undefined : resume;
}

/** Parses a control frame without its delimiter. Returns undefined for anything else. */
export function parseControl(text: string): ControlFrame | undefined {
  const [word, ...rest] = text.split(',');
  const values = rest.map((text, i) => (i === 1 && TIMED.has(word) ? parseTime(text) : parseWhole(text)));
  if (values.some(Number.isNaN)) return undefined;
  const [first, second] = values;
  switch (`${word}/${values.length}`) {
    case '#SESSION/2':
      return { type: 'session', runId: first, next: second };
    case '#CLOCK/2':
      return { type: 'clock', clock: first, timeNs: second };
    case '#SNAPSHOT/1':
      return { type: 'snapshot', count: first };
    case '#BATCH/2':
      return { type: 'batch', sequence: first, timeNs: second };
    case '#HEARTBEAT/2':
      return { type: 'heartbeat', sequence: first, timeNs: second };
    case '#AT/1':
      return { type: 'at', sequence: first };
    case '#END/0':
      return { type: 'end' };
    default:
      return undefined;
  }
}

/** Returns NaN unless the text is a whole number that a double represents exactly. */
function parseWhole(text: string | undefined): number {
  const value = text !== undefined && WHOLE.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

function parseTime(text: string): number {
  return TIME.test(text) ? Number(text) : Number.NaN;
}
