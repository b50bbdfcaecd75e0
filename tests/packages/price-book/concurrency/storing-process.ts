// Stores numbers whose two halves are equal, one after another, into the intent of a book: <book> <times>.

import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { HEADER } from '../../../../packages/price-book/layout.ts';
import { args, say } from './child-side.ts';
import { EQUAL_HALVES } from './equal-halves.ts';

const [name = '', times] = args;
const { memory } = new AttachedPriceBook(name, { readOnly: false });
say('storing');
for (let i = 1; i <= Number(times); i++) memory.storeU64(HEADER.at.intent, i * EQUAL_HALVES);
say('stored');
