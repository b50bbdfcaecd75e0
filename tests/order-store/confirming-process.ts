// Does what an OrderManager does at its start, fills the disk of its folder, then halts and confirms. Prints whether the
// confirmation can be read. Arguments: the folder, and how many strategies to halt; 0 halts all.

import fs from 'node:fs';
import path from 'node:path';
import { digestOf, KillSwitch } from '../../src/order-store/kill-switch.ts';

const [, , folder, count] = process.argv;
const killSwitch = new KillSwitch(path.join(folder, 'orders.sqlite'));
killSwitch.prepare();
const filler = fs.openSync(path.join(folder, 'filler'), 'w');
for (const bytes of [4096, 1])
  try {
    for (;;) fs.writeSync(filler, Buffer.alloc(bytes));
  } catch {} // the disk is full

const strategies = new Set(Array.from({ length: Number(count) }, (_, n) => `mean-reversion-of-pairs-${n}`));
if (strategies.size === 0) killSwitch.halt(undefined);
for (const strategy of strategies) killSwitch.halt(strategy);
const halts = { all: strategies.size === 0, strategies };
killSwitch.confirm(halts);
console.log(killSwitch.confirmation?.digest === digestOf(halts) ? 'confirmed' : 'not confirmed');
