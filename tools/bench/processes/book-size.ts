// Makes a book and prints its size in bytes.
//
//    node book-size.ts <book> <symbols> <ring>      prints {"formula": bytes, "allocated": bytes}

import fs from 'node:fs';
import { PriceBookWriter } from '@tickline/price-book';

const BLOCK_BYTES = 512;
const [name, symbolCapacity, ringCapacity] = process.argv.slice(2);
const book = new PriceBookWriter([], name, {
  symbolCapacity: Number(symbolCapacity),
  ringCapacity: Number(ringCapacity),
});
const allocated = fs.statSync(book.path).blocks * BLOCK_BYTES;
book.close();
console.log(JSON.stringify({ formula: book.totalBytes, allocated }));
