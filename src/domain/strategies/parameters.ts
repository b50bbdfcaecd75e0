// The parameters that a strategy declares, and the check of values for them.

/** What a strategy declares of one parameter. */
export type Parameter = NumberParameter | ChoiceParameter | FlagParameter;

/** A whole number (`integer`) or any number (`decimal`), both bounds included. */
export interface NumberParameter {
  readonly kind: 'integer' | 'decimal';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** What it does, in a few words. */
  readonly about: string;
}

/** One of several words. */
export interface ChoiceParameter {
  readonly kind: 'choice';
  readonly default: string;
  readonly choices: readonly string[];
  readonly about: string;
}

/** `true` or `false`. */
export interface FlagParameter {
  readonly kind: 'flag';
  readonly default: boolean;
  readonly about: string;
}

/** All parameters of a strategy, by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

export type ParameterValue = number | string | boolean;
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** The type of the values of declared parameters. */
export type ValuesOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends NumberParameter
    ? number
    : P[K] extends FlagParameter
      ? boolean
      : string;
};

/** A value that is not declared, or outside of what is declared. */
export class ParameterError extends RangeError {
  override readonly name = 'ParameterError';
}

/** A declaration that is not one. */
export class ParameterDeclarationError extends TypeError {
  override readonly name = 'ParameterDeclarationError';
}

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;
/** A comma would end the value in --param. */
const WORD = /^[^,\s]+$/;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The value of every declared parameter: given ones, checked, and defaults for the others. Text is read as
 * the declared kind.
 * @throws ParameterError
 */
export function parameterValues<P extends Parameters>(
  declared: P,
  given: Readonly<Record<string, unknown>>,
): ValuesOf<P> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
  if (unknown !== undefined) {
    const names = Object.keys(declared).join(', ');
    throw new ParameterError(
      `no parameter is named ${JSON.stringify(unknown)}; expected ${names === '' ? 'none, it declares no parameters' : `one of ${names}`}`,
    );
  }
  const values = Object.entries(declared).map(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return [name, value === undefined ? parameter.default : checked(name, parameter, value)];
  });
  return Object.fromEntries(values); // each name has a value of its kind
}

/** What a parameter accepts, in words: `a whole number from 1 to 100`. */
export function expectedOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'integer':
      return `a whole number from ${parameter.min} to ${parameter.max}`;
    case 'decimal':
      return `a number from ${parameter.min} to ${parameter.max}`;
    case 'choice':
      return `one of ${parameter.choices.join(', ')}`;
    case 'flag':
      return 'true or false';
  }
}

/**
 * What a file exports as its parameters, once every declaration is complete and every default is valid.
 * @throws ParameterDeclarationError
 */
export function declaredParameters(exported: unknown): Parameters {
  if (!isRecord(exported))
    throw new ParameterDeclarationError(`expected an object, found ${typeof exported}`);
  for (const [name, value] of Object.entries(exported)) {
    if (!NAME.test(name))
      throw new ParameterDeclarationError(
        `the name ${JSON.stringify(name)} is not valid: expected a letter, then up to 31 letters, digits and _`,
      );
    checkDeclaration(name, value);
  }
  return exported as Parameters; // every entry was checked
}

function checkDeclaration(name: string, value: unknown): void {
  const expected =
    "expected { kind: 'integer' | 'decimal', default, min, max, about }, { kind: 'choice', default, choices, about } or { kind: 'flag', default, about }";
  if (!isDeclaration(value)) throw new ParameterDeclarationError(`${name}: ${expected}`);
  try {
    checked(name, value, value.default);
  } catch (error) {
    throw new ParameterDeclarationError(`its default is not valid: ${(error as ParameterError).message}`);
  }
}

function isDeclaration(value: unknown): value is Parameter {
  if (!isRecord(value) || typeof value.about !== 'string') return false;
  const { kind, min, max, choices } = value;
  if (kind === 'integer' || kind === 'decimal')
    return typeof min === 'number' && typeof max === 'number' && min <= max;
  if (kind === 'choice')
    return (
      Array.isArray(choices) && choices.every((choice) => typeof choice === 'string' && WORD.test(choice))
    );
  return kind === 'flag';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checked(name: string, parameter: Parameter, given: unknown): ParameterValue {
  const value = typeof given === 'string' ? read(parameter, given.trim()) : given;
  if (isValid(parameter, value)) return value;
  const shown = JSON.stringify(given) ?? String(given);
  throw new ParameterError(`${name} ${shown} is not valid: expected ${expectedOf(parameter)}`);
}

function read({ kind }: Parameter, text: string): ParameterValue {
  if (kind === 'flag') return text === 'true' ? true : text === 'false' ? false : text;
  return kind !== 'choice' && NUMBER.test(text) ? Number(text) : text;
}

function isValid(parameter: Parameter, value: unknown): value is ParameterValue {
  if (parameter.kind === 'flag') return typeof value === 'boolean';
  if (parameter.kind === 'choice') return typeof value === 'string' && parameter.choices.includes(value);
  if (typeof value !== 'number' || !(value >= parameter.min && value <= parameter.max)) return false;
  return parameter.kind === 'decimal' || Number.isInteger(value);
}
