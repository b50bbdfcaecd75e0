// How the parameters were found, as facts and as lines for the terminal.

import { grouped } from '../platform/counted.ts';
import { decimal, percent } from './outcome-text.ts';
import { type Chosen, type SweepResult, sweptText } from './sweep/sweep.ts';

export interface ChosenFacts {
  readonly parameters: string;
  readonly sharpe: number;
  /** Median Sharpe ratio of it and its neighbours. */
  readonly plateauSharpe: number;
  readonly deflatedSharpe: number;
  readonly orders: number;
}

export interface SearchFacts {
  /** Tries of each sweep. */
  readonly tries: number;
  /** One per training period; one in all without a walk-forward. */
  readonly sweeps: readonly {
    readonly train: string | undefined;
    readonly test: string | undefined;
    readonly chosen: ChosenFacts;
    readonly peak: ChosenFacts;
  }[];
}

/** Undefined without a sweep. @param periods those of a walk-forward */
export function searchFacts(
  sweeps: readonly SweepResult[],
  periods: readonly { readonly train: string; readonly test: string }[] | undefined,
): SearchFacts | undefined {
  if (sweeps.length === 0) return undefined;
  return {
    tries: sweeps[0].tries.length,
    sweeps: sweeps.map((sweep, index) => ({
      train: periods?.[index].train,
      test: periods?.[index].test,
      chosen: factsOf(sweep, sweep.chosen),
      peak: factsOf(sweep, sweep.peak),
    })),
  };
}

/** One element per line, without line feeds. */
export function searchLines(search: SearchFacts | undefined): string[] {
  if (search === undefined) return [];
  const lines = search.sweeps.flatMap(({ train, test, chosen, peak }) =>
    train === undefined
      ? [`  plateau  ${chosenText(chosen)}`, `  peak     ${chosenText(peak)}`]
      : [`  train ${train}, test ${test}: ${chosenText(chosen)}`],
  );
  return ['', `Sweep             ${grouped(search.tries)} tries; the best plateau is traded above`, ...lines];
}

export function chosenText({ parameters, sharpe, plateauSharpe, deflatedSharpe }: ChosenFacts): string {
  return `${parameters}: Sharpe ${decimal(sharpe)}, with its neighbours ${decimal(plateauSharpe)}; skill after all tries ${percent(deflatedSharpe)}`;
}

function factsOf(sweep: SweepResult, { tried, plateau, deflatedSharpe }: Chosen): ChosenFacts {
  const { sharpe, orders } = tried.figures;
  return {
    parameters: sweptText(sweep, tried.parameters),
    sharpe,
    plateauSharpe: plateau,
    deflatedSharpe,
    orders,
  };
}
