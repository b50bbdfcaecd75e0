// The ports of a run. They are bound before any process starts, and held until the process that serves them has
// exited for the last time: nobody else gets a port while its process is restarted.

import { orderHostOf } from '../security/order-access.ts';
import type { RunSettings } from '../settings/settings.ts';
import { ListenError } from '../transport/errors.ts';
import { HeldPort } from '../transport/held-port.ts';
import { LOOPBACK } from '../transport/loopback.ts';

export interface RunPorts {
  readonly prices: HeldPort;
  readonly news: HeldPort;
  readonly orders: HeldPort;
  /** None without a dashboard, or if its port is in use, which does not stop the run. */
  readonly dashboard: readonly HeldPort[];
}

/** @throws ListenError */
export async function bindPorts(settings: RunSettings): Promise<RunPorts> {
  const { host, pricePort, newsPort, orderPort } = settings;
  return {
    prices: await HeldPort.bind({ host, port: pricePort, option: '--ports or --price-port' }),
    news: await HeldPort.bind({ host, port: newsPort, option: '--ports or --news-port' }),
    orders: await HeldPort.bind({
      host: orderHostOf(settings),
      port: orderPort,
      option: '--ports or --order-port',
    }),
    dashboard: await bindDashboard(settings),
  };
}

async function bindDashboard({ dashboard, dashboardPort }: RunSettings): Promise<readonly HeldPort[]> {
  if (!dashboard) return [];
  try {
    return [await HeldPort.bind({ host: LOOPBACK, port: dashboardPort, option: '--dashboard-port' })];
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    return []; // the dashboard itself reports it
  }
}

/** The numbers of the ports, also where the settings have 0. */
export function numbersOf({ prices, news, orders, dashboard }: RunPorts, settings: RunSettings) {
  return {
    pricePort: prices.port,
    newsPort: news.port,
    orderPort: orders.port,
    dashboardPort: dashboard[0]?.port ?? settings.dashboardPort,
  };
}
