// The pages of docs/ that are made from the code.

import { sharedMemoryPage } from './shared-memory-page.ts';

/** Path from the root of the project, and what makes the text. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  'docs/shared-memory.md': sharedMemoryPage,
};
