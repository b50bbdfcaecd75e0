// The dashboard: a web page that shows what the stack does. It only reads: prices and counters from shared memory,
// reports from the OrderManager's drop copy, sentiments from the news port. Nothing waits for it.

import { processLog } from './config/process-log.ts';
import type { DashboardSettings } from './config/settings.ts';
import { pageRoutes } from './dashboard/page-files.ts';
import { WebServer } from './dashboard/web-server.ts';
import { stopRequested } from './system/lifecycle.ts';

const SOCKET_PATH = '/live';

/** Serves the page until it is asked to stop. @throws ListenError */
export async function runDashboard(settings: DashboardSettings): Promise<void> {
  const log = processLog('dashboard', settings);
  const stop = stopRequested(settings.duration);
  const server = new WebServer({
    port: settings.dashboardPort,
    routes: pageRoutes(),
    socketPath: SOCKET_PATH,
    hasRoom: () => false,
    onSocket: () => {},
  });
  await server.listen();
  log.info({ event: 'listening', port: server.port }, `the dashboard is at http://localhost:${server.port}`);
  const reason = await stop;
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await server.close();
}
