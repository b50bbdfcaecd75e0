// Halts, fills the disk of its folder, and confirms. Prints the confirmation as another process would read it.

import fs from 'node:fs';
import path from 'node:path';
import { ALL_HALTED } from '../../src/domain/risk/halts.ts';
import { KillSwitch } from '../../src/order-store/kill-switch.ts';

const record = path.join(process.argv[2], 'orders.sqlite');
const killSwitch = new KillSwitch(record);
killSwitch.halt(undefined);
const filler = fs.openSync(path.join(process.argv[2], 'filler'), 'w');
try {
  for (;;) fs.writeSync(filler, Buffer.alloc(4096));
} catch {} // the disk is full
killSwitch.confirm(ALL_HALTED);
console.log(JSON.stringify(new KillSwitch(record).confirmation));
