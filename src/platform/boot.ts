// Which boot of the machine this is.

import fs from 'node:fs';

/** 48 bits that differ from boot to boot. */
export function bootNumber(): number {
  const id = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').replaceAll('-', '');
  return Number.parseInt(id.slice(0, 12), 16);
}
