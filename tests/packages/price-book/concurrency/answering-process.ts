// Answers every tick of one book with a tick of another: <book of questions> <book of answers> <ticks>.

import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { TickBatch } from '../../../../packages/price-book/tick-batch.ts';
import { args, hear, say } from './child-side.ts';
import { nextTicks } from './next-ticks.ts';

const [questionsName = '', answersName, ticks] = args;
const questions = new AttachedPriceBook(questionsName, { readOnly: false });
const reader = questions.ticks();
const answers = new PriceBookWriter(['A'], answersName, { ringCapacity: 8 });
say('ready');

const batch = new TickBatch(8);
for (let answered = 0; answered < Number(ticks); ) {
  await nextTicks(questions, reader, batch);
  for (let i = 0; i < batch.count; i++) answers.update('A', batch.prices[i]);
  answered += batch.count;
}
await hear();
answers.close();
