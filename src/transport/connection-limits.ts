// How many connections a server accepts: as many as the descriptors of this process allow.

import fs from 'node:fs';
import type { ConnectionLimits } from './connection-limiter.ts';

const TOTAL_MAX = 4_096;
const PENDING_MAX = 1_024;
/** Kept for files, and for connections that are accepted only to be refused. */
const DESCRIPTORS_KEPT = 256;
/** The Gateway has two ports. */
const SERVERS = 2;
const TOTAL_MIN = 64;

/** @param identified whether clients have to identify themselves: few may be pending then */
export function connectionLimits(identified: boolean): ConnectionLimits {
  const room = Math.floor((descriptors() - DESCRIPTORS_KEPT) / SERVERS);
  const total = Math.max(TOTAL_MIN, Math.min(TOTAL_MAX, room));
  // One address gets at most half, so that others can still connect.
  const pending = identified ? Math.min(PENDING_MAX, Math.floor(total / 4)) : total;
  return { total, perAddress: Math.floor(total / 2), pending };
}

/** The most that this process may have open. Node raises the soft limit to the hard one at its start. */
function descriptors(): number {
  try {
    const limits = fs.readFileSync('/proc/self/limits', 'latin1');
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
