// Where a syntax error is: Node tells the place only in what it prints.

import { spawnSync } from 'node:child_process';
import { messageOf } from './errors.ts';

const CHECK_MS = 10_000;
/** `FILE:LINE`; lines of the file follow. */
const PLACE = /^(?:file:\/\/)?(\/.*):(\d+)\n/;
/** Below the column; at the end of a file only the spaces are there. */
const CARET = /^( *)\^/m;
const SPACES = /^( +)$/m;

/** The message of a SyntaxError with file, line and column. */
export function syntaxErrorText(error: SyntaxError, file: string): string {
  const { stack = '' } = error;
  const text = PLACE.test(stack) ? stack : checked(file);
  const [, at, line] = PLACE.exec(text) ?? [];
  const [, indent] = CARET.exec(text) ?? SPACES.exec(text) ?? [];
  const column = indent === undefined ? '' : `:${indent.length + 1}`;
  const place = at === undefined ? '' : ` at ${at}:${line}${column}`;
  return `${messageOf(error)}${place}${adviceFor(error)}`;
}

/** JavaScript that was imported has no place in its error; the check of the file alone prints it. */
function checked(file: string): string {
  const { stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8', timeout: CHECK_MS });
  return stderr ?? '';
}

function adviceFor(error: SyntaxError): string {
  const isUnsupported = 'code' in error && error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  if (!isUnsupported) return '';
  return '; Node runs TypeScript whose types can be removed: write an object or constants instead';
}
