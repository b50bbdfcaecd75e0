// Receives ticks through a carrier and applies them.
//
//    node peer-receiver.ts <carrier> <address>

import { signalOnParentDeath } from '@tickline/posix';
import { AppliedTicks } from '../baselines/applied-ticks.ts';
import { CARRIERS } from '../baselines/carriers.ts';

const SIGTERM = 15;
signalOnParentDeath(SIGTERM);
const [carrier, address] = process.argv.slice(2);
const ticks = new AppliedTicks();
await CARRIERS[carrier].receiver(address, (message) => ticks.frames(message));
ticks.report(); // ready
