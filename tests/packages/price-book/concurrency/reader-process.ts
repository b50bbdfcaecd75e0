// Reads the entries of a book: <book> <reads>. Prints how many were torn.

import { AttachedPriceBook } from '../../../../packages/price-book/attached-price-book.ts';
import { args, say } from './child-side.ts';
import { tornEntries } from './consistent-ticks.ts';

const [name = '', reads] = args;
say({ torn: tornEntries(new AttachedPriceBook(name), Number(reads)) });
