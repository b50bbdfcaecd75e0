// The attacks in their order. The last one ends the run.

import type { Attack } from './attack.ts';
import { openDebugger } from './debugger.ts';
import { waitOnFifo } from './fifo.ts';
import { forgeConfirmation, hideFromHalt } from './halt.ts';
import { sendJunk } from './junk-frames.ts';
import { buyJunkSymbols } from './junk-symbols.ts';
import { takePlaces } from './places.ts';
import { plantConfiguration } from './planted.ts';
import { squatPorts } from './ports.ts';
import { removeRecord } from './record.ts';
import { repeatResume } from './resume.ts';

export const ATTACKS: readonly Attack[] = [
  repeatResume,
  takePlaces,
  squatPorts,
  sendJunk,
  buyJunkSymbols,
  openDebugger,
  plantConfiguration,
  waitOnFifo,
  hideFromHalt,
  forgeConfirmation,
  removeRecord,
];
