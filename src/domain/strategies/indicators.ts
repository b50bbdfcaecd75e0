// The indicators that a strategy declares: figures that people are shown, and that nothing trades on.

import { describe } from './strategy-errors.ts';

/** The most indicators of a strategy. */
export const INDICATORS_MAX = 8;
/** Most bytes of a name in UTF-8. */
export const INDICATOR_NAME_BYTES_MAX = 32;

/** What a strategy declares of one indicator. */
export interface Indicator {
  readonly name: string;
  /** A chart draws it over the price (`price`, in USD), or below it on a scale of its own (`own`). */
  readonly scale: 'price' | 'own';
}

/** All indicators of a strategy: `publish` gives their values in this order. */
export type Indicators = readonly Indicator[];

/** A declaration that is not one. */
export class IndicatorDeclarationError extends TypeError {
  override readonly name = 'IndicatorDeclarationError';
}

/** No control characters, no line breaks, and no half of a surrogate pair. */
const LINE = /^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u;
const EXPECTED = "expected { name: 'average', scale: 'price' }, or the scale 'own' if it is not in USD";

/**
 * What a file exports as its indicators, once every one is complete and their names differ.
 * @throws IndicatorDeclarationError
 */
export function declaredIndicators(exported: unknown): Indicators {
  if (!Array.isArray(exported))
    throw new IndicatorDeclarationError(`expected an array, found ${describe(exported)}`);
  if (exported.length > INDICATORS_MAX)
    throw new IndicatorDeclarationError(
      `it has ${exported.length} entries; expected at most ${INDICATORS_MAX}`,
    );
  for (const [index, value] of exported.entries()) checkDeclaration(index, value);
  const names: string[] = exported.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new IndicatorDeclarationError(`the name '${twice}' occurs twice; expected different names`);
  return exported; // every entry was checked
}

/** Whether the value can be the name of an indicator. */
export function isIndicatorName(value: unknown): value is string {
  return (
    typeof value === 'string' && LINE.test(value) && Buffer.byteLength(value) <= INDICATOR_NAME_BYTES_MAX
  );
}

function checkDeclaration(index: number, value: unknown): void {
  if (typeof value !== 'object' || value === null)
    throw new IndicatorDeclarationError(`entry ${index} is ${describe(value)}; ${EXPECTED}`);
  const { name, scale }: Partial<Record<keyof Indicator, unknown>> = value;
  if (!isIndicatorName(name))
    throw new IndicatorDeclarationError(
      `the name of entry ${index} is ${describe(name)}; expected 1 to ${INDICATOR_NAME_BYTES_MAX} bytes of text in one line`,
    );
  if (scale !== 'price' && scale !== 'own')
    throw new IndicatorDeclarationError(`the scale of '${name}' is ${describe(scale)}; ${EXPECTED}`);
}
