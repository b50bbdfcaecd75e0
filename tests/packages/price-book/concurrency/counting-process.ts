// Counts in a book as the writer: <book> <times>.

import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { Counters } from '../../../../packages/price-book/counters.ts';
import { TEST_COUNTERS } from '../test-counters.ts';
import { args, say } from './child-side.ts';

const [name = '', times] = args;
const counters = new Counters(TEST_COUNTERS, 'writer');
counters.attach(new AttachedPriceBook(name, { readOnly: false }));
say('counting');
for (let i = 0; i < Number(times); i++) counters.add('writer.written');
say('counted');
