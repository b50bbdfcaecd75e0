// The attacks in their order. The last one ends the orders of the stack.

import type { Attack } from './attack.ts';
import { openDebugger } from './debugger.ts';
import { forgeConfirmation, hideFromHalt } from './halt.ts';
import { squatPorts } from './ports.ts';

export const ATTACKS: readonly Attack[] = [squatPorts, openDebugger, hideFromHalt, forgeConfirmation];
