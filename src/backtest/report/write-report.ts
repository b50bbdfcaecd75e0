// Writes the report, with all that is needed to repeat the backtest.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../../platform/errors.ts';
import { makeFolders } from '../../platform/private-file.ts';
import { PROJECT_ROOT } from '../../platform/project-root.ts';
import { argumentsFor, type BacktestSettings } from '../../settings/settings.ts';
import { ReportFileError } from '../errors.ts';
import { type ReportSources, reportHtml } from './report.ts';

/** @throws ReportFileError */
export function writeReport(
  settings: BacktestSettings,
  sources: Omit<ReportSources, 'command' | 'versions'>,
): void {
  const command = commandText(settings);
  const text = reportHtml({ ...sources, command, versions: versions() });
  try {
    makeFolders(dirname(settings.report));
    writeFileSync(settings.report, text);
  } catch (error) {
    throw new ReportFileError(settings.report, messageOf(error), { cause: error });
  }
}

function commandText(settings: BacktestSettings): string {
  const words = argumentsFor('backtest', settings);
  return [
    './tickline',
    ...words.map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : JSON.stringify(word))),
  ].join(' ');
}

function versions(): string {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  return `Tickline ${version}, Node ${process.versions.node}`;
}
