// Runs the test files of a folder in one process: to start a process of its own for each costs more than most of them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';

/** Files that start processes, or need one for themselves. */
const APART = /^tests\/((end-to-end|browser|fuzz|tools|cluster|long)\/|[^/]+$)/;

/** Test files, some of which import those of a folder. */
export class SharedProcesses implements Disposable {
  readonly files: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'tickline-tests-'));

  /** @param files paths from the project's folder */
  constructor(files: readonly string[]) {
    const apart = files.filter((file) => APART.test(file));
    const shared = Map.groupBy(
      files.filter((file) => !APART.test(file)),
      dirname,
    );
    this.files = [...apart, ...[...shared].map(([folder, within]) => this.#importing(folder, within))];
  }

  /** Removes what it has made. */
  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #importing(folder: string, files: readonly string[]): string {
    const entry = join(this.#folder, `${folder}.test.mjs`);
    const imports = files.map(
      (file) => `import ${JSON.stringify(pathToFileURL(join(PROJECT_ROOT, file)))};\n`,
    );
    mkdirSync(dirname(entry), { recursive: true });
    writeFileSync(entry, imports.join(''));
    return entry;
  }
}
