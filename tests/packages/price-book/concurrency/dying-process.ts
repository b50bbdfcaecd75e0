// Dies while it creates a book: <book> before|after, that is, before or after the file gets its name.

import fs from 'node:fs';
import { PriceBookWriter } from '../../../../packages/price-book/price-book-writer.ts';
import { args } from './child-side.ts';

const [name, moment] = args;
const { linkSync } = fs;
fs.linkSync = (draft, path) => {
  if (moment === 'after') linkSync(draft, path);
  process.kill(process.pid, 'SIGKILL');
};
new PriceBookWriter(['A'], name, { symbolCapacity: 4, ringCapacity: 8 });
