// The options of stacks over several machines.

import { natsUrls, path, shardList } from '../option-types.ts';
import type { Option } from './option.ts';

const OVER_NATS = ['run', 'gateway', 'orderbook', 'strategy', 'order-manager', 'halt', 'resume'] as const;

export const CLUSTER_OPTIONS = {
  nats: {
    kind: natsUrls(),
    placeholder: 'URL',
    about:
      'send prices and orders through NATS JetStream, such as nats://10.0.0.1:4222; several servers with commas',
    aboutFor: {
      gateway:
        'send prices through NATS JetStream, such as nats://10.0.0.1:4222; several servers with commas',
      orderbook: 'read prices from NATS JetStream instead of the Gateway',
      strategy: 'send orders through NATS JetStream instead of to --order-port',
      'order-manager': 'take orders from NATS JetStream, as the active OrderManager or as its standby',
      halt: 'halt the OrderManagers of the cluster at these NATS servers',
      resume: 'end a halt of the cluster at these NATS servers',
    },
    commands: OVER_NATS,
    rare: true,
  },
  natsNkey: {
    kind: path('a file with a seed'),
    placeholder: 'FILE',
    about: 'file with the nkey seed that this process proves itself with to NATS',
    commands: OVER_NATS,
    rare: true,
  },
  natsCa: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'authority that signed the certificates of the NATS servers; connects by TLS',
    commands: OVER_NATS,
    rare: true,
  },
  natsCert: {
    kind: path('a certificate'),
    placeholder: 'FILE',
    about: 'certificate of this process for NATS',
    commands: OVER_NATS,
    rare: true,
  },
  natsKey: {
    kind: path('a private key'),
    placeholder: 'FILE',
    about: 'private key of --nats-cert',
    commands: OVER_NATS,
    rare: true,
  },
  shards: {
    kind: shardList(),
    placeholder: 'LIST',
    about: 'only these shards of the symbols, such as 0,3 (default: all)',
    commands: ['run', 'orderbook'],
    rare: true,
  },
} as const satisfies Record<string, Option>;
