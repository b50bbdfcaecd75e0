// The pages that are made from the code, whole or in part.

import { journalPage } from './journal-page.ts';
import { optionsPage } from './options-page.ts';
import { sharedMemoryPage } from './shared-memory-page.ts';

/** Path from the root of the project, and what makes the text. */
export const GENERATED_PAGES: Readonly<Record<string, () => string>> = {
  'docs/journal.md': journalPage,
  'docs/options.md': optionsPage,
  'docs/shared-memory.md': sharedMemoryPage,
};
