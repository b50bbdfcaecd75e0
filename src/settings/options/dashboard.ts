// The options of the dashboard.

import { webUrl } from '../option-types.ts';
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
  dashboardUrl: {
    kind: webUrl(),
    placeholder: 'URL',
    about: 'where a reverse proxy serves the web page: https://example.org/tickline/',
    commands: ['run', 'dashboard'],
    rare: true,
  },
} as const satisfies Record<string, Option>;
