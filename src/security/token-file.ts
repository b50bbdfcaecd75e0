// Reads the tokens of the order port: those of all names for the OrderManager, or one for a client.

import { jsonFault } from '../domain/json-fault.ts';
import { repeatedKey } from '../domain/json-keys.ts';
import { TokenError } from '../settings/errors.ts';
import { readSecretFile } from './secret-file.ts';
import { Tokens } from './tokens.ts';

const NAME = /^[A-Za-z0-9._\-:]{1,64}$/;
/**
 * Visible ASCII without the delimiter. 32 random hexadecimal digits are 128 bits.
 */
const TOKEN = /^[!-)+-~]{32,256}$/;
const TOKEN_EXPECTED = '32 to 256 visible characters other than *';

/** Reads a JSON object of tokens by name. @throws SecretFileError, TokenError */
export function readTokens(option: string, file: string): Tokens {
  const entries = Object.entries(parse(option, file, readSecretFile(option, file)));
  const seen = new Set<unknown>();
  for (const [name, token] of entries) {
    const refuse = (expected: string, found: string) => new TokenError(option, file, expected, found);
    if (!NAME.test(name))
      throw refuse('names of 1 to 64 letters, digits and . _ - :', JSON.stringify(name.slice(0, 80)));
    if (typeof token !== 'string' || !TOKEN.test(token))
      throw refuse(`a token of ${TOKEN_EXPECTED} for each name`, `a different one for ${name}`);
    if (seen.has(token)) throw refuse('a different token for each name', `the token of ${name} twice`);
    seen.add(token);
  }
  return new Tokens(entries as [string, string][]);
}

/** Reads a file of one token and ignores its line end. @throws SecretFileError, TokenError */
export function readToken(option: string, file: string): string {
  const token = readSecretFile(option, file).trimEnd();
  if (TOKEN.test(token)) return token;
  const found = `${token.length} characters${/\s/.test(token) ? ' with spaces' : ''}`;
  throw new TokenError(option, file, `one token of ${TOKEN_EXPECTED}`, found);
}

/** Does not pass on the error of JSON.parse, which quotes the text. */
function parse(option: string, file: string, text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    const repeated = repeatedKey(text);
    if (repeated !== undefined)
      throw new TokenError(option, file, 'each name once', `${JSON.stringify(repeated.slice(0, 80))} twice`);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (error) {
    if (error instanceof TokenError) throw error;
  }
  const expected = 'a JSON object such as {"crossover": "its token"}';
  throw new TokenError(option, file, expected, 'something else', jsonFault(text, 'file'));
}
