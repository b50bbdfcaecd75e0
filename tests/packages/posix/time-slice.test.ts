import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProcess } from '../../run-process.ts';

const MODULE = join(import.meta.dirname, '../../../packages/posix/time-slice.ts');
/** Since then a thread may have a slice of its own. */
const [MAJOR, MINOR] = [6, 12];

function sliceOf(sched: string): number {
  return Number(/^se\.slice\s*:\s*(\d+)$/m.exec(sched)?.[1] ?? Number.NaN);
}

function canChoose(): boolean {
  const [major = 0, minor = 0] = os.release().split('.').map(Number);
  const isNewer = major > MAJOR || (major === MAJOR && minor >= MINOR);
  return (
    isNewer && fs.existsSync('/proc/self/sched') && sliceOf(fs.readFileSync('/proc/self/sched', 'latin1')) > 0
  );
}

for (const nice of [0, 7])
  test(`a thread that asks for short slices gets them, and keeps its nice value of ${nice}`, {
    skip: !canChoose() && 'needs Linux 6.12 and /proc/self/sched',
    timeout: 60_000,
  }, async () => {
    const script = `
      import fs from 'node:fs';
      import os from 'node:os';
      import { useShortSlices } from ${JSON.stringify(MODULE)};
      os.setPriority(${nice});
      const taken = useShortSlices();
      console.log(JSON.stringify([taken, os.getPriority(), fs.readFileSync('/proc/self/sched', 'latin1')]));`;
    const { stdout } = await runProcess(process.execPath, ['--input-type=module', '--eval', script]);
    const [taken, after, sched] = JSON.parse(stdout);
    assert.deepEqual([taken, after, sliceOf(sched)], [true, nice, 100_000]);
  });

test('where a sandbox does not tell the nice value, the time slices stay as they are', async () => {
  const script = `
    import os from 'node:os';
    import { useShortSlices } from ${JSON.stringify(MODULE)};
    os.getPriority = () => { throw new Error('uv_os_getpriority returned EPERM'); };
    console.log(useShortSlices());`;
  const { stdout } = await runProcess(process.execPath, ['--input-type=module', '--eval', script]);
  assert.equal(stdout, 'false\n');
});
