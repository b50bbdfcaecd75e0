// The errors of an invalid option, configuration file or secret file.

import { messageOf, UsageError } from '../platform/errors.ts';

const SHOWN_LENGTH_MAX = 60;

/** The value as JSON, shortened to fit a line. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text;
}

/** A value that an option does not accept, alone or together with the other options. */
export class InvalidOptionError extends UsageError {
  /** @param where ` in tickline.config.json` for a value of that file; empty for the command line */
  constructor(option: string, value: unknown, expected: string, where = '') {
    super(`${option} ${shown(value)} is not valid${where}: expected ${expected}`);
  }
}

/** An option that has no meaning together with the others. */
export class ConflictingOptionsError extends UsageError {}

/** A key of the configuration file that no option has. */
export class UnknownKeyError extends UsageError {
  constructor(file: string, key: string, near: string | undefined) {
    const advice =
      near === undefined ? './tickline run --help-all lists all options' : `did you mean ${shown(near)}?`;
    super(`${file}: unknown key ${shown(key)}: ${advice}`);
  }
}

/** A configuration file that cannot be read or is not a JSON object. */
export class ConfigFileError extends UsageError {
  /** @param fault what is wrong, as a clause; default: the message of the cause */
  constructor(file: string, expected: string, cause?: unknown, fault = '') {
    const reason = cause === undefined ? '' : ` (${messageOf(cause).replace(/\s+/g, ' ')})`;
    super(`${file}: expected ${expected}${fault === '' ? reason : `; ${fault}`}`, { cause });
  }
}

/** An order port that other machines can reach, without TLS or tokens. */
export class OpenOrderPortError extends UsageError {
  constructor(option: string, host: string, missing: readonly string[]) {
    super(
      `${option} ${host} is not a loopback address: orders over a network need TLS and tokens; ` +
        `give ${missing.join(', ')} too, or an --order-host such as 127.0.0.1`,
    );
  }
}

/** A secret file that is missing, or that others than its owner may read. */
export class SecretFileError extends UsageError {
  constructor(option: string, file: string, found: string, advice: string, options?: ErrorOptions) {
    super(
      `${option} ${file}: expected a file that only its owner may read, found ${found}; ${advice}`,
      options,
    );
  }
}

/** A token file with invalid content. Its message never shows a token. */
export class TokenError extends UsageError {
  constructor(option: string, file: string, expected: string, found: string, fault = '') {
    super(`${option} ${file}: expected ${expected}, found ${found}${fault && `; ${fault}`}`);
  }
}

/** A certificate or key that cannot be used. */
export class CertificateError extends UsageError {
  constructor(option: string, file: string, expected: string, cause: unknown) {
    const found = messageOf(cause).replace(/\s+/g, ' ');
    super(`${option} ${file}: expected ${expected} in PEM, found: ${found}`, { cause });
  }
}
