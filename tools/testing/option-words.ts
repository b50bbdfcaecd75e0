// Options of Tickline's commands as values, and as words of a command line.

import { flagOf, type Key } from '../../src/settings/options.ts';

/** Values by option; true is a switch. */
export type OptionValues = Partial<Readonly<Record<Key, string | number | true>>>;

/** The words of a command line: `{ rate: 'max', loop: true }` is `--rate max --loop`. */
export function optionWords(values: OptionValues): string[] {
  return (Object.keys(values) as Key[]).flatMap((key) =>
    values[key] === true ? [flagOf(key)] : [flagOf(key), String(values[key])],
  );
}
