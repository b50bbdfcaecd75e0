// npm run docs: writes the pages that are made from the code.

import fs from 'node:fs';
import { GENERATED_PAGES } from './generated-pages.ts';

const root = new URL('../../', import.meta.url);
for (const [path, text] of Object.entries(GENERATED_PAGES)) fs.writeFileSync(new URL(path, root), text());
