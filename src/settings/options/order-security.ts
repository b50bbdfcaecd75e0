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
    about: 'order port: who may log on, and with which token; everybody when not given',
    commands: MANAGER,
  },
  tokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'the token that the strategy logs on with',
    commands: STRATEGY,
  },
  watchTokenFile: {
    kind: path('a file with a token'),
    placeholder: 'FILE',
    about: 'the token that the dashboard watches with: that of the name watch',
    commands: ['run', 'dashboard'],
  },
  tlsCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'order port: take connections by TLS alone, with this certificate (PEM)',
    commands: MANAGER,
  },
  tlsKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'the key of --tls-cert',
    commands: MANAGER,
  },
  tlsClientCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'order port: take only clients with a certificate that this one has signed',
    commands: MANAGER,
  },
  tlsCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'connect to the order port by TLS, where this certificate has signed that of the OrderManager',
    commands: ORDER_CLIENTS,
  },
  tlsClientCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'certificate of a client of the order port, for --tls-client-ca',
    commands: ORDER_CLIENTS,
  },
  tlsClientKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'the key of --tls-client-cert',
    commands: ORDER_CLIENTS,
  },
} as const satisfies Record<string, Option>;
