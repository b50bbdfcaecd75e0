// Keeps the number of run folders bounded.

import path from 'node:path';
import type { Log } from '../platform/log.ts';
import { liveProcesses } from '../platform/process-registry.ts';
import { removeOldRuns } from '../settings/run-folder.ts';

/** Removes the run folders of the stack beyond `keepRuns`, and logs it. @throws ProcessRegistryError */
export function removeOldRunFolders(
  { stack, keepRuns }: { readonly stack: string; readonly keepRuns: number },
  log: Log,
): void {
  const used = liveProcesses().flatMap(({ record, logDir }) => [record, logDir]);
  const isInUse = (folder: string) =>
    used.some((file) => file === folder || file?.startsWith(folder + path.sep));
  const { removed, failures } = removeOldRuns(stack, keepRuns, isInUse);
  if (removed.length > 0)
    log.info(
      { event: 'old-runs', removed },
      `removed ${removed.length} old run folders; --keep-runs keeps more`,
    );
  for (const failure of failures)
    log.warn({ event: 'old-runs-left', failure }, `an old run folder stays: ${failure}`);
}
