// The options of a whole run, and of the commands that look at one.

import { duration, flag, text } from '../option-types.ts';
import { type Option, PROCESSES } from './option.ts';

export const GENERAL_OPTIONS = {
  duration: {
    kind: duration('1ms', '168h'),
    placeholder: 'TIME',
    about: 'stop after this time: 30s, 5m, 1h',
    commands: [...PROCESSES, 'stat'],
  },
  lossless: {
    kind: flag(),
    default: false,
    about: 'wait for slow readers instead of skipping ticks',
    aboutFor: {
      orderbook: 'overwrite no tick in shared memory that a reader has not read yet',
      strategy: 'wait for the news of each tick and the report of each order, so that runs repeat exactly',
    },
    commands: ['run', 'gateway', 'orderbook', 'strategy'],
  },
  dashboard: {
    kind: flag(),
    default: false,
    about: 'serve a web page that shows the run',
    commands: ['run'],
  },
  only: {
    kind: text('1 to 64 of letters, digits and . _ - :', /^[A-Za-z0-9._:-]{1,64}$/),
    placeholder: 'STRATEGY',
    about: 'only this strategy (default: all strategies)',
    commands: ['halt', 'resume'],
  },
  once: {
    kind: flag(),
    default: false,
    about: 'print once and exit',
    commands: ['stat'],
  },
  json: {
    kind: flag(),
    default: false,
    about: 'print JSON, one object per line',
    commands: ['stat'],
  },
} as const satisfies Record<string, Option>;
