// The options of the dashboard.

import { flag } from '../option-types.ts';
import { type Option, PORT } from './option.ts';

export const DASHBOARD_OPTIONS = {
  dashboard: {
    kind: flag(),
    default: false,
    about: 'show what happens on a web page',
    commands: ['run'],
  },
  dashboardPort: {
    kind: PORT,
    placeholder: 'PORT',
    default: '9080',
    about: 'port of the web page, on loopback; 0: any free port',
    commands: ['run', 'dashboard'],
  },
} as const satisfies Record<string, Option>;
