// The errors of a wrong option or a wrong configuration file: one line each, exit status 2.

import { messageOf, UsageError } from '../platform/errors.ts';

const SHOWN_LENGTH_MAX = 60;

/** The value as it was given, cut where it would fill the screen. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text;
}

/** A value that an option does not take, alone or beside the others. */
export class InvalidOptionError extends UsageError {
  /** `where` follows "not valid" when the value is not from the command line: ` in tickline.config.json`. */
  constructor(option: string, value: unknown, expected: string, where = '') {
    super(`${option} ${shown(value)} is not valid${where}: expected ${expected}`);
  }
}

/** Two options of which only one can hold, or one that means nothing beside another. */
export class ConflictingOptionsError extends UsageError {}

/** A key in the configuration file that is no option. */
export class UnknownKeyError extends UsageError {
  constructor(file: string, key: string, nearest: string) {
    super(`${file}: unknown key ${shown(key)}: did you mean ${shown(nearest)}?`);
  }
}

/** A configuration file that cannot be read, or is not a JSON object. */
export class ConfigFileError extends UsageError {
  constructor(file: string, expected: string, cause?: unknown) {
    const found = cause === undefined ? '' : ` (${messageOf(cause).replace(/\s+/g, ' ')})`;
    super(`${file}: expected ${expected}${found}`, { cause });
  }
}

/** An order port that other machines could reach, without what keeps them from trading. */
export class OpenOrderPortError extends UsageError {
  constructor(option: string, host: string, missing: readonly string[]) {
    super(
      `${option} ${host} is not a loopback address: orders that go over a network need TLS and a token, ` +
        `so give ${missing.join(', ')} too, or an --order-host such as 127.0.0.1`,
    );
  }
}

/** A file with a secret that is missing, or that others than its owner may read. */
export class SecretFileError extends UsageError {
  constructor(option: string, file: string, found: string, advice: string, options?: ErrorOptions) {
    super(
      `${option} ${file}: expected a file that only its owner may read, found ${found}; ${advice}`,
      options,
    );
  }
}

/** A file of tokens, or of one token, that holds something else. Its message never shows a token. */
export class TokenError extends UsageError {
  constructor(option: string, file: string, expected: string, found: string) {
    super(`${option} ${file}: expected ${expected}, found ${found}`);
  }
}

/** Certificates or keys that cannot be used. */
export class CertificateError extends UsageError {
  constructor(option: string, file: string, expected: string, cause: unknown) {
    const found = messageOf(cause).replace(/\s+/g, ' ');
    super(`${option} ${file}: expected ${expected} in PEM, found: ${found}`, { cause });
  }
}
