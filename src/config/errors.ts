// The errors of a wrong option or a wrong configuration file: one line each, exit status 2.

import { messageOf, TicklineError } from '../system/errors.ts';

const SHOWN_LENGTH_MAX = 60;

/** The value as it was given, cut where it would fill the screen. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}...` : text;
}

abstract class ConfigError extends TicklineError {
  override get exitStatus(): 2 {
    return 2;
  }
}

/** A value that an option does not take, alone or beside the others. */
export class InvalidOptionError extends ConfigError {
  /** `where` follows "not valid" when the value is not from the command line: ` in tickline.config.json`. */
  constructor(option: string, value: unknown, expected: string, where = '') {
    super(`${option} ${shown(value)} is not valid${where}: expected ${expected}`);
  }
}

/** Two options of which only one can hold, or one that means nothing beside another. */
export class ConflictingOptionsError extends ConfigError {}

/** A key in the configuration file that is no option. */
export class UnknownKeyError extends ConfigError {
  constructor(file: string, key: string, nearest: string) {
    super(`${file}: unknown key ${shown(key)}: did you mean ${shown(nearest)}?`);
  }
}

/** A configuration file that cannot be read, or is not a JSON object. */
export class ConfigFileError extends ConfigError {
  constructor(file: string, expected: string, cause?: unknown) {
    const found = cause === undefined ? '' : ` (${messageOf(cause).replace(/\s+/g, ' ')})`;
    super(`${file}: expected ${expected}${found}`, { cause });
  }
}
