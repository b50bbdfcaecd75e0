// The addresses at which the processes find each other.

import { text } from '../option-types.ts';
import { type Option, PORT, PROCESSES } from './option.ts';

const ORDER_PORT = ['run', 'strategy', 'order-manager', 'dashboard'] as const;

const GATEWAY_NEWS = 'TCP port of the news of the Gateway';
const MANAGER_ORDERS = 'TCP port of the OrderManager';

/** prices, news, orders, dashboard */
export const PORT_KEYS = ['pricePort', 'newsPort', 'orderPort', 'dashboardPort'] as const;

const hostName = text('a host name or address', /^[A-Za-z0-9.:_-]{1,253}$/);

export const NETWORK_OPTIONS = {
  host: {
    kind: hostName,
    placeholder: 'HOST',
    default: '127.0.0.1',
    about: 'address that servers listen on and clients connect to',
    commands: PROCESSES,
    rare: true,
  },
  pricePort: {
    kind: PORT,
    placeholder: 'PORT',
    default: '9001',
    about: 'TCP port of prices; 0 for any free port',
    aboutFor: { orderbook: 'TCP port of the prices of the Gateway' },
    commands: ['run', 'gateway', 'orderbook'],
    rare: ['run'],
  },
  newsPort: {
    kind: PORT,
    placeholder: 'PORT',
    default: '9002',
    about: 'TCP port of news; 0 for any free port',
    aboutFor: { strategy: GATEWAY_NEWS, dashboard: GATEWAY_NEWS },
    commands: ['run', 'gateway', 'strategy', 'dashboard'],
    rare: ['run'],
  },
  orderPort: {
    kind: PORT,
    placeholder: 'PORT',
    default: '9003',
    about: 'TCP port of orders; 0 for any free port',
    aboutFor: { strategy: MANAGER_ORDERS, dashboard: MANAGER_ORDERS },
    commands: ORDER_PORT,
    rare: ['run'],
  },
  orderHost: {
    kind: hostName,
    placeholder: 'HOST',
    about: 'address of the order port, if other than --host',
    commands: ORDER_PORT,
    rare: true,
  },
} as const satisfies Record<string, Option>;
