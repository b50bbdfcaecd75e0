// The options of the dashboard.

import { type Option, PORT } from './option.ts';

export const DASHBOARD_OPTIONS = {
  dashboardPort: {
    kind: PORT,
    placeholder: 'PORT',
    default: '9080',
    about: 'port of the web page, on loopback; 0 for any free port',
    commands: ['run', 'dashboard'],
    rare: ['run'],
  },
} as const satisfies Record<string, Option>;
