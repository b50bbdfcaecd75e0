// Loads a strategy from a file whose default export creates it.

import {
  CROSSOVER_INDICATORS,
  CROSSOVER_PARAMETERS,
  createCrossover,
} from '../domain/strategies/crossover.ts';
import {
  declaredIndicators,
  IndicatorDeclarationError,
  type Indicators,
} from '../domain/strategies/indicators.ts';
import { WindowError } from '../domain/strategies/moving-averages.ts';
import {
  declaredParameters,
  ParameterDeclarationError,
  ParameterError,
  type Parameters,
  type ParameterValues,
  parameterValues,
} from '../domain/strategies/parameters.ts';
import type { CreateStrategy, StrategyContext, TradingStrategy } from '../domain/strategies/strategy.ts';
import { describe, NoStrategyError } from '../domain/strategies/strategy-errors.ts';
import { importScript, type Module, ScriptError } from '../platform/script-file.ts';
import { StrategyFileError, StrategyParameterError } from './strategy-errors.ts';

const OTHER_LANGUAGES = 'A program in another language trades through the order port, see docs/protocol.md';
const HOW = 'write export default function create() { return { onTick(symbol, price, sentiment) { ... } } }';

/** What a strategy file exports besides its function. */
const DECLARATIONS = ['parameters', 'indicators'];

/** A strategy that can be created with values of its parameters. */
export interface LoadedStrategy {
  /** Undefined for the crossover. */
  readonly file: string | undefined;
  readonly parameters: Parameters;
  readonly indicators: Indicators;
  /** @throws StrategyParameterError for a value that the declaration does not allow */
  withParameters(given: ParameterValues): CreateStrategy;
}

const CROSSOVER: LoadedStrategy = {
  file: undefined,
  parameters: CROSSOVER_PARAMETERS,
  indicators: CROSSOVER_INDICATORS,
  withParameters(given) {
    const values = checkValues(undefined, () => parameterValues(CROSSOVER_PARAMETERS, given));
    checkValues(undefined, () => createCrossover(values, NO_CONTEXT)); // windows that do not fit together
    return (context) => createCrossover(values, context);
  },
};

const NO_CONTEXT: StrategyContext = {
  symbols: { count: 0, nameOf: () => undefined },
  timeMs: Number.NaN,
  note: '',
  position: () => 0,
  averagePrice: () => 0,
  realisedPnl: () => 0,
};

/**
 * The strategy of a file, or the crossover without a file.
 * @throws StrategyFileError; FileRefusedError when others could change the file
 */
export async function loadStrategy(file: string | undefined): Promise<LoadedStrategy> {
  if (file === undefined) return CROSSOVER;
  const module = await load(file);
  const create = defaultExportOf(file, module);
  const parameters = parametersOf(file, module);
  const indicators = indicatorsOf(file, module);
  return {
    file,
    parameters,
    indicators,
    withParameters(given) {
      const values = checkValues(file, () => parameterValues(parameters, given));
      return (context) => withPublish(create(values, context), indicators);
    },
  };
}

/** What it made, if something gives the indicators their values. @throws NoStrategyError */
function withPublish(made: TradingStrategy, { length }: Indicators): TradingStrategy {
  if (length > 0 && typeof made?.onTick === 'function' && made.publish === undefined)
    throw new NoStrategyError(
      'returned an object without the function publish, but the file exports indicators; ' +
        'expected publish(symbol, values) { values[0] = ...; }',
    );
  return made;
}

type Create = (values: ParameterValues, context: StrategyContext) => ReturnType<CreateStrategy>;

/** The file's function. What it returns is checked when it is called. */
function defaultExportOf(file: string, module: Module): Create {
  const { default: create } = module;
  if (isFunction(create) && !isClass(create)) return create;
  throw new StrategyFileError(file, `${whatIs(create, module)}; expected a function that makes a strategy`);
}

function whatIs(create: unknown, module: Module): string {
  if (isFunction(create))
    return `its default export is a class; write export default () => new ${create.name || 'Mine'}()`;
  if (create !== undefined)
    return `its default export is ${describe(create)}; write export default () => (${typeof create === 'object' ? '{ ... }' : '...'})`;
  const names = Object.keys(module).filter((name) => !DECLARATIONS.includes(name));
  if (names.length === 0) return `it has no default export; ${HOW}`;
  return `it has no default export, but exports ${names.join(', ')}; write export default in front of the function`;
}

function parametersOf(file: string, { parameters = {} }: Module): Parameters {
  try {
    return declaredParameters(parameters);
  } catch (error) {
    if (!(error instanceof ParameterDeclarationError)) throw error;
    throw new StrategyFileError(file, `its export parameters is not valid: ${error.message}`, {
      cause: error,
    });
  }
}

function indicatorsOf(file: string, { indicators = [] }: Module): Indicators {
  try {
    return declaredIndicators(indicators);
  } catch (error) {
    if (!(error instanceof IndicatorDeclarationError)) throw error;
    throw new StrategyFileError(file, `its export indicators is not valid: ${error.message}`, {
      cause: error,
    });
  }
}

async function load(file: string): Promise<Module> {
  try {
    return await importScript(file, OTHER_LANGUAGES);
  } catch (error) {
    if (!(error instanceof ScriptError)) throw error;
    throw new StrategyFileError(file, error.message, { cause: error });
  }
}

function checkValues<T>(file: string | undefined, check: () => T): T {
  try {
    return check();
  } catch (error) {
    const isWrong = error instanceof ParameterError || error instanceof WindowError;
    throw isWrong ? new StrategyParameterError(file, error) : error;
  }
}

function isFunction(value: unknown): value is Create {
  return typeof value === 'function';
}

function isClass(create: Create): boolean {
  return /^class\b/.test(Function.prototype.toString.call(create));
}
