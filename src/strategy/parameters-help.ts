// The parameters of a strategy file, as --help shows them.

import { resolve } from 'node:path';
import { expectedOf, type Parameter } from '../domain/strategies/parameters.ts';
import { loadStrategy } from './strategy-file.ts';

const HELP = ['-h', '--help', '--help-all'];

/**
 * The text that follows the help of a command line with --strategy FILE; undefined for any other command line.
 * @throws StrategyFileError
 */
export async function parametersHelp(words: readonly string[]): Promise<string | undefined> {
  const file = strategyOf(words);
  if (file === undefined || !words.some((word) => HELP.includes(word))) return undefined;
  const { parameters } = await loadStrategy(resolve(file));
  const entries = Object.entries(parameters);
  if (entries.length === 0) return `\nParameters of ${file}: none`;
  const width = Math.max(...entries.map(([name]) => name.length));
  const lines = entries.map(([name, parameter]) => `  ${name.padEnd(width)}  ${aboutOf(parameter)}`);
  const [[first, { default: value }]] = entries;
  return [`\nParameters of ${file}, set like --param ${first}=${value}:`, ...lines].join('\n');
}

function strategyOf(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => word === '--strategy' || word.startsWith('--strategy='));
  if (at < 0) return undefined;
  return words[at] === '--strategy' ? words[at + 1] : words[at].slice('--strategy='.length);
}

function aboutOf(parameter: Parameter): string {
  return `${parameter.about} (${expectedOf(parameter)}; default: ${parameter.default})`;
}
