// Reads JSON without turning a number into a float: `105944.20` stays the text "105944.20".

/** What JSON holds, with numbers as their text. */
export type ExactJson =
  | string
  | boolean
  | null
  | readonly ExactJson[]
  | { readonly [key: string]: ExactJson };
export type ExactObject = { readonly [key: string]: ExactJson };

/** The value of `text`; undefined if it is not JSON. */
export function exactJson(text: string): ExactJson | undefined {
  try {
    return JSON.parse(text, numberText);
  } catch {
    return undefined;
  }
}

/** The object that `value` is; an empty one for anything else. */
export function objectIn(value: ExactJson | undefined): ExactObject {
  return isObject(value) ? value : {};
}

/** The elements of `value`; none if it is not a list. */
export function listIn(value: ExactJson | undefined): readonly ExactJson[] {
  return Array.isArray(value) ? value : [];
}

/** The text that `value` is; empty for anything else. */
export function textIn(value: ExactJson | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A trade id, or undefined unless `value` is a whole number from 1 on that a double holds exactly. */
export function idIn(value: ExactJson | undefined): number | undefined {
  const id = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : 0;
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function isObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberText(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? context?.source : value;
}
