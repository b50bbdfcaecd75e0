// Imports a file with the user's code: a strategy, a feed.

import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { codeOf, messageOf, UsageError } from './errors.ts';
import { placeOf, thrownText } from './place-in-file.ts';
import { requireSmall, requireTrustedFile } from './small-file.ts';
import { syntaxErrorText } from './syntax-error.ts';
import { withTimeout } from './timeout.ts';

/** It may bring its libraries along. */
const CODE_BYTES_MAX = 16 * 1024 * 1024;
/** A file that awaits something for ever would never load. */
const LOAD_TIMEOUT_MS = 10_000;
const MS_PER_S = 1_000;
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'];

/** What a file exports, by name. */
export type Module = Readonly<Record<string, unknown>>;

/** The file cannot be imported. The message does not name it. */
export class ScriptError extends UsageError {}

/**
 * Runs the file, and returns what it exports.
 * @param otherLanguages what to do with a program in another language
 * @throws ScriptError; FileRefusedError when others could change the file, or it is a pipe
 */
export async function importScript(file: string, otherLanguages: string): Promise<Module> {
  requireScript(file, otherLanguages);
  try {
    const module = await withTimeout<Module>(import(pathToFileURL(file).href), LOAD_TIMEOUT_MS);
    if (module !== undefined) return module;
  } catch (error) {
    throw new ScriptError(whyNotLoaded(error, file), { cause: error });
  }
  throw new ScriptError(`it is not loaded after ${LOAD_TIMEOUT_MS / MS_PER_S} s`);
}

function requireScript(file: string, otherLanguages: string): void {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) throw new ScriptError('there is no such file; check the path');
  requireSmall(file, stat, CODE_BYTES_MAX);
  requireTrustedFile(file, stat);
  if (EXTENSIONS.includes(extname(file))) return;
  const found =
    extname(file) === '.py' ? 'it is Python' : `its name ends in ${JSON.stringify(extname(file))}`;
  throw new ScriptError(`${found}; expected TypeScript or JavaScript (.ts, .js, .mjs). ${otherLanguages}`);
}

function whyNotLoaded(error: unknown, file: string): string {
  if (error instanceof SyntaxError) return syntaxErrorText(error, file);
  if (codeOf(error)?.startsWith('ERR_')) return `${messageOf(error)}${installAdvice(error)}`;
  return `it threw ${thrownText(error)}${placeOf(error, file)}`;
}

function installAdvice(error: unknown): string {
  const [, name] = /^Cannot find package '(.+?)'/.exec(messageOf(error)) ?? [];
  return name === undefined ? '' : `; install it: npm install ${name}`;
}
