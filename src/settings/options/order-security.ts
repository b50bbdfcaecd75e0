// The options that guard the order port: tokens and certificates of both ends.

import { path } from '../option-types.ts';
import type { Option } from './option.ts';

const MANAGER = ['run', 'order-manager'] as const;
const STRATEGY = ['run', 'strategy'] as const;
const ORDER_CLIENTS = ['run', 'strategy', 'dashboard'] as const;

export const ORDER_SECURITY_OPTIONS = {
  tokens: {
    kind: path('a JSON file of names and tokens'),
    placeholder: 'FILE',
    about: 'file with name and token of each client of the order port; without it anyone may log on',
    commands: MANAGER,
    rare: true,
  },
  tokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'file with the token of the Strategy',
    commands: STRATEGY,
    rare: true,
  },
  watchTokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'file with the token of the name watch, for the dashboard',
    commands: ['run', 'dashboard'],
    rare: true,
  },
  tlsCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'certificate of the order port (PEM); only TLS connections are accepted',
    commands: MANAGER,
    rare: true,
  },
  tlsKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'private key of --tls-cert',
    commands: MANAGER,
    rare: true,
  },
  tlsClientCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'authority that must have signed the certificate of each client of the order port',
    commands: MANAGER,
    rare: true,
  },
  tlsCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'authority that signed --tls-cert; clients of the order port then connect by TLS',
    commands: ORDER_CLIENTS,
    rare: true,
  },
  tlsClientCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'certificate of a client of the order port, for --tls-client-ca',
    commands: ORDER_CLIENTS,
    rare: true,
  },
  tlsClientKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'private key of --tls-client-cert',
    commands: ORDER_CLIENTS,
    rare: true,
  },
} as const satisfies Record<string, Option>;
