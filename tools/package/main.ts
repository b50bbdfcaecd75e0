// npm run pack [FOLDER]: builds the packages and writes their tarballs.

import fs from 'node:fs';
import path from 'node:path';
import { pack } from './stage.ts';

const FOLDER = 'packed';
const KILOBYTE = 1000;

const folder = path.resolve(process.argv[2] ?? FOLDER);
for (const file of pack(folder)) console.log(`${file}: ${Math.ceil(fs.statSync(file).size / KILOBYTE)} kB`);
