// Counts in a book as the Gateway: <book> <times>.

import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { Counters } from '../../../../packages/price-book/counters.ts';
import { args, say } from './child-side.ts';

const [name = '', times] = args;
const counters = new Counters('gateway');
counters.attach(new AttachedPriceBook(name, { readOnly: false }).memory);
say('counting');
for (let i = 0; i < Number(times); i++) counters.add('gateway.badFrames');
say('counted');
