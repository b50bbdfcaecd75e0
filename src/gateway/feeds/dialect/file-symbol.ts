// The symbol of a file that names none.

import { basename } from 'node:path';
import { isSymbol } from '../../../domain/symbol.ts';
import { descriptorOf } from '../../../settings/standard-input.ts';
import { FeedFileError, quoted } from '../feed-errors.ts';

const ENDINGS = /\.(?:csv|tsv|txt|gz|zst|dat)$/i;

/** The one of --symbols, else the name of the file. @throws FeedFileError if neither is one symbol */
export function fileSymbol(
  path: string,
  symbols: readonly string[] | undefined,
): { name: string; about: string } {
  if (symbols?.length === 1) return { name: symbols[0], about: `symbol ${symbols[0]} from --symbols` };
  const stem = stemOf(basename(path));
  if (symbols !== undefined)
    throw new FeedFileError(
      path,
      `expected a column of symbols for --symbols ${symbols.join(',')}, found none; name one symbol`,
    );
  if (descriptorOf(path) !== undefined)
    throw new FeedFileError(path, 'expected a column of symbols, found none; add --symbols NAME');
  if (!isSymbol(stem))
    throw new FeedFileError(
      path,
      `expected a column of symbols, or a symbol as the name of the file, found ${quoted(stem)}; add --symbols NAME`,
    );
  return { name: stem, about: `symbol ${stem} from the name of the file` };
}

function stemOf(name: string): string {
  const shorter = name.replace(ENDINGS, '');
  return shorter === name ? name : stemOf(shorter);
}
