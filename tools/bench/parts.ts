// asker ── a row ──▶ answerer          both sleep while they wait: two processes, or two threads of one
//       ◀── the row ──                 one way = half the way there and back
//
// by a ring and a doorbell in shared memory | child_process | a Unix socket | worker_threads

import { type Bench, type Benchmark, type Case, measures } from './benchmark.ts';
import { FIGURES, type Figures } from './figures.ts';
import { inTurn } from './in-turn.ts';
import { WAYS, type WayName } from './processes/pass-ways.ts';
import { answerOf } from './programs.ts';
import { withStack } from './with-stack.ts';

export const parts: Benchmark = {
  name: 'parts',
  title: 'A row to another process, through what Node offers',
  about:
    'One row of one number goes to another process or thread, which sends it back; then the next. Both sleep while they wait. "Blocked" is a wait that stops the event loop. The packages for shared memory on npm are left out, since none of them builds with this Node.',
  file: 'parts.ts',
  run: async (bench) => {
    const names = Object.keys(WAYS) as WayName[];
    const samples = await inTurn(
      bench,
      new Map(names.map((name) => [name, () => onePass(bench, name)] as const)),
    );
    return [...samples].map(([name, taken]): Case => ({ name, measures: measures(taken, FIGURES) }));
  },
};

function onePass({ effort: { windowMs } }: Bench, way: WayName): Promise<Figures> {
  return withStack((stack) =>
    answerOf<Figures>(stack, 'pass-side', ['ask', way, stack.bookName, stack.folder, windowMs]),
  );
}
