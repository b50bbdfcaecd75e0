// Constructs a SharedPriceBook as a second process would, and prints what it can do with it.

import { BookInUseError } from '../../../packages/price-book/errors.ts';
import { SharedPriceBook } from '../../../packages/price-book/shared-price-book.ts';

const [name, ...symbols] = process.argv.slice(2);
const book = new SharedPriceBook(symbols, name);
let update = 'written';
try {
  book.update('AAPL', 1);
} catch (error) {
  if (!(error instanceof BookInUseError)) throw error;
  update = error.message;
}
console.log(
  JSON.stringify({ isWriter: book.isWriter, symbols: book.symbols, price: book.read('AAPL'), update }),
);
book.close();
