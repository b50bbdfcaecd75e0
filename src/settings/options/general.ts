// The options of a whole run, and of the commands that look at one.

import { duration, flag, text } from '../option-types.ts';
import { type Option, PROCESSES } from './option.ts';

export const GENERAL_OPTIONS = {
  duration: {
    kind: duration('1ms', '168h'),
    placeholder: 'TIME',
    about: 'stop after so long; without it, run until told to stop',
    commands: [...PROCESSES, 'stat'],
  },
  only: {
    kind: text('1 to 64 of letters, digits and . _ - :', /^[A-Za-z0-9._:-]{1,64}$/),
    placeholder: 'STRATEGY',
    about: 'this strategy; all trading when not given',
    commands: ['halt', 'resume'],
  },
  once: {
    kind: flag(),
    default: false,
    about: 'print once, and end',
    commands: ['stat'],
  },
  json: {
    kind: flag(),
    default: false,
    about: 'print JSON, one object a line',
    commands: ['stat'],
  },
} as const satisfies Record<string, Option>;
