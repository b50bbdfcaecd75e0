// Claims the books <name>.0 to <name>.<rounds - 1>, each at the same time as another process. Prints the outcome of each,
// and keeps the books that it got.

import { nowNs } from '../../../../packages/posix/clock.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { args, hear, say } from './child-side.ts';

const ROUND_NS = 1e6;

const [name, rounds] = args;
say('ready');
const startNs = Number(await hear());
const books: PriceBookWriter[] = [];
say(Array.from({ length: Number(rounds) }, (_, round) => start(round)));
await new Promise(() => setInterval(() => {}, 1e6)); // until it is killed: until then it holds the locks

function start(round: number): string {
  while (nowNs() < startNs + round * ROUND_NS);
  try {
    const book = new PriceBookWriter(['A', 'B'], `${name}.${round}`, { symbolCapacity: 4, ringCapacity: 8 });
    books.push(book);
    return book.takenOver ? 'taken over' : 'made';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
