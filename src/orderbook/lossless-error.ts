// The end of a lossless run that cannot continue.

import { UsageError } from '../platform/errors.ts';

/** Ticks of a lossless run are lost for good. */
export class LosslessTicksLostError extends UsageError {
  constructor(what: string) {
    super(
      `${what}, so this lossless run cannot continue: stop all its processes and start it again ` +
        '(a Gateway that you restart yourself continues a run with --resume)',
    );
  }
}
