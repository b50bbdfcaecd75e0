// Loads a feed from a file of the user's.

import { describe } from '../../../domain/strategies/strategy-errors.ts';
import { importScript, type Module, ScriptError } from '../../../platform/script-file.ts';
import { OwnFeedFileError } from './own-errors.ts';
import type { CreateFeed, OwnFeedTraits } from './own-feed.ts';
import { OwnFeedFaults } from './own-feed-faults.ts';

const OTHER_LANGUAGES = 'A program in another language can be a plain Gateway: see examples/plain/gateway.py';
const HOW = "write export default function* feed(context) { yield { symbol: 'AAPL', price: '172.53' } }";
const TRAITS = ['live', 'repeats'];

/** A feed file that was loaded. */
export interface LoadedFeed {
  readonly file: string;
  readonly create: CreateFeed;
  readonly traits: Required<OwnFeedTraits>;
  readonly faults: Pick<OwnFeedFaults, 'error' | 'onFailure'>;
}

const watched = new Map<string, OwnFeedFaults>();

/** @throws OwnFeedFileError; FileRefusedError when others could change the file */
export async function loadFeedFile(file: string): Promise<LoadedFeed> {
  const faults = watched.get(file) ?? new OwnFeedFaults(file);
  watched.set(file, faults);
  const module = await load(file);
  return { file, create: createIn(file, module), traits: traitsIn(file, module), faults };
}

async function load(file: string): Promise<Module> {
  try {
    return await importScript(file, OTHER_LANGUAGES);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new OwnFeedFileError(file, error.message, { cause: error });
  }
}

function createIn(file: string, { default: create, ...others }: Module): CreateFeed {
  if (isFunction(create) && !/^class\b/.test(Function.prototype.toString.call(create))) return create;
  if (isFunction(create)) throw new OwnFeedFileError(file, `its default export is a class; ${HOW}`);
  if (create !== undefined)
    throw new OwnFeedFileError(file, `its default export is ${describe(create)}; ${HOW}`);
  const names = Object.keys(others).filter((name) => name !== 'traits');
  const exported = names.length === 0 ? '' : `, but exports ${names.join(', ')}`;
  throw new OwnFeedFileError(file, `it has no default export${exported}; ${HOW}`);
}

function traitsIn(file: string, { traits = {} }: Module): Required<OwnFeedTraits> {
  const given: unknown = traits;
  const wrong = isRecord(given)
    ? Object.entries(given).find(([name, value]) => !TRAITS.includes(name) || typeof value !== 'boolean')
    : ['itself', given];
  if (wrong === undefined && isRecord(given))
    return { live: given.live === true, repeats: given.repeats === true };
  throw new OwnFeedFileError(
    file,
    `its export traits has ${wrong?.[0]}: ${describe(wrong?.[1])}; expected { live: true, repeats: true }, or one of them`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isFunction(value: unknown): value is CreateFeed {
  return typeof value === 'function';
}
