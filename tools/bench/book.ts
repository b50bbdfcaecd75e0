// one process:    PriceBookWriter.update ──▶ ┌──────────────┐ ◀── read
//                 ring.append            ──▶ │ /dev/shm     │ ──▶ ring.read
//                                            └──────────────┘
// two processes:  asker ── update ──▶ book A ──▶ answerer      (both spin)
//                       ◀── book B ◀── update ──               one way = half the way there and back

import { type Bench, type Benchmark, type Case, measure, measures } from './benchmark.ts';
import type { Figures } from './figures.ts';
import { samplesOf } from './in-turn.ts';
import { answerOf, startProgram } from './programs.ts';
import { withStack } from './with-stack.ts';

export const book: Benchmark = {
  name: 'book',
  title: 'Calls and one hop',
  about:
    'Calls in one process that does nothing else, over 500 symbols; the ring per tick, in batches of 256. A hop is from `update()` in one process to the price in another that spins.',
  file: 'book.ts',
  run: async (bench) => [...(await calls(bench)), await hop(bench)],
};

async function calls({ effort, progress }: Bench): Promise<Case[]> {
  progress('calls in one process');
  const windowMs = effort.windowMs / 5;
  const answer = await withStack((stack) =>
    answerOf<Record<string, number[]>>(stack, 'book-operations', [windowMs, effort.repeats, stack.bookName]),
  );
  return Object.entries(answer).map(([name, samples]) => ({
    name,
    measures: { time: measure('ns', 'lower', samples) },
  }));
}

async function hop(bench: Bench): Promise<Case> {
  const name = 'hop to another process, one way';
  const samples = await samplesOf(bench, name, () => oneHop(bench.effort.windowMs));
  return {
    name,
    measures: measures(samples, {
      p50: ['ns', 'lower'],
      p90: ['ns', 'lower'],
      p99: ['ns', 'lower'],
      'p99.9': ['ns', 'lower'],
      max: ['ns', 'lower'],
    }),
    note: 'needs two free cores',
  };
}

function oneHop(ms: number): Promise<Omit<Figures, 'mean' | 'events'>> {
  return withStack(async (stack) => {
    const [asking, answering] = [`${stack.bookName}.ask`, `${stack.bookName}.answer`];
    const answerer = startProgram(stack, 'hop-side', ['answer', answering, asking], 'hop-answer');
    const figures = await answerOf<Figures>(stack, 'hop-side', ['ask', asking, answering, ms]);
    await answerer.waitForExit();
    return figures;
  });
}
