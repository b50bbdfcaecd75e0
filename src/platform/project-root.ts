// Where this checkout lies.

import { join } from 'node:path';

/** The folder of package.json, whichever folder the command runs in. */
export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
