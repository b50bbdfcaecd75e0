// What a killed Gateway has left: its run id and how far it sent, in the memory that the orchestrator holds or else in the
// counters of the price book; and in the price book, how far its ticks arrived.

import { PriceBookError } from '@tickline/price-book';
import { appliedPosition, attachBook, type StackBook } from '../monitoring/stack-book.ts';
import { UsageError } from '../platform/errors.ts';
import type { Sent, SentPosition } from './sent-position.ts';

export interface PreviousRun extends Sent {
  /** Number of the first tick that the price book does not have; undefined if the book has no position of this run. */
  readonly next: number | undefined;
}

/** There is no run to continue. */
export class NoPreviousRunError extends UsageError {
  constructor(stack: string, cause?: unknown) {
    super(
      `cannot resume: the price book of stack ${stack} has no run of a Gateway; ` +
        'start the Gateway without --resume, and it begins with the first tick',
      { cause },
    );
  }
}

/**
 * The run to continue; undefined if the killed Gateway had not begun one.
 * @param position if nobody holds it, the price book alone knows the run
 * @throws NoPreviousRunError
 */
export function previousRun(stack: string, position: SentPosition): PreviousRun | undefined {
  if (!position.isHeld) return runInBook(stack);
  const sent = position.left;
  return sent && withNext(sent, openBook(stack));
}

function runInBook(stack: string): PreviousRun {
  const book = openBook(stack, (error) => {
    throw new NoPreviousRunError(stack, error);
  });
  const runId = book?.counter('gateway.session') ?? 0;
  if (runId !== 0) return withNext({ runId, sent: book?.counter('gateway.lastSequence') ?? 0 }, book);
  // The Gateway died before it counted in this book, which was made in place of a damaged one.
  const position = book && appliedPosition(book);
  if (!position) throw new NoPreviousRunError(stack);
  return { ...position, sent: position.next - 1 };
}

function withNext({ runId, sent }: Sent, book: StackBook | undefined): PreviousRun {
  const position = book && appliedPosition(book);
  if (position?.runId !== runId) return { runId, sent, next: undefined };
  return { runId, sent: Math.max(position.next - 1, sent), next: position.next };
}

function openBook(
  stack: string,
  onMissing: (error: PriceBookError) => void = () => {},
): StackBook | undefined {
  try {
    return attachBook(stack);
  } catch (error) {
    if (!(error instanceof PriceBookError)) throw error;
    onMissing(error);
    return undefined;
  }
}

/** What the streams of NATS hold of an earlier run. */
interface Published {
  readonly published: { readonly runId: number; readonly position: number } | undefined;
}

/**
 * The run to continue: with NATS the one that the streams hold, from where all of them have it; else the one in the price book.
 * @throws NoPreviousRunError
 */
export function runBefore(
  stack: string,
  position: SentPosition,
  output: Published | undefined,
): PreviousRun | undefined {
  if (output === undefined) return previousRun(stack, position);
  const { left } = position;
  const { published } = output;
  if (published === undefined || (left && left.runId !== published.runId))
    return left && { ...left, next: 1 };
  const next = published.position + 1;
  const counted = left?.sent ?? countedIn(stack, published.runId);
  return { runId: published.runId, next, sent: Math.max(published.position, counted) };
}

/** Ticks that a Gateway of this run has counted in the price book of its machine; 0 without a book. */
function countedIn(stack: string, runId: number): number {
  const book = openBook(stack);
  return book?.counter('gateway.session') === runId ? book.counter('gateway.lastSequence') : 0;
}
