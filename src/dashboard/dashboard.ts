// The dashboard: a web page that shows what the stack does. It only reads, and no process waits for it.
//
//    price book ══▶ prices, ticks, counters ──┐
//    Gateway ──▶ sentiments ──────────────────┼──▶ live view ──▶ web server ══▶ screens
//    OrderManager ──▶ copies of reports ──────┘

import { setImmediate as nextIteration, setTimeout as sleep } from 'node:timers/promises';
import { NewsClient } from '../market-data/news-client.ts';
import { linkBook, type StackBookLink } from '../monitoring/stack-book.ts';
import { stopRequested } from '../platform/lifecycle.ts';
import type { Log } from '../platform/log.ts';
import { updatePorts } from '../platform/process-registry.ts';
import { type ClientCredentials, clientCredentials, orderHostOf } from '../security/order-access.ts';
import { processLog } from '../settings/process-log.ts';
import type { DashboardSettings } from '../settings/settings.ts';
import { stackWords } from '../settings/stacks.ts';
import { ORDERS_MAX } from './blotter.ts';
import { DropCopy } from './drop-copy.ts';
import { exportRoutes } from './exports.ts';
import { health } from './health.ts';
import { LiveView } from './live-view.ts';
import { pageRoutes } from './page-files.ts';
import { SCREENS_MAX, Screen } from './screens.ts';
import { StackSetup } from './stack-setup.ts';
import { type Route, WebServer } from './web-server.ts';

/** Ten frames per second. */
const FRAME_MS = 100;
/** Without a screen, frames per look: often enough to notice that a process has died or was restarted. */
const FRAMES_PER_LOOK_UNWATCHED = 5;
const SOCKET_PATH = '/live';

/**
 * Serves the page until it is asked to stop.
 * @throws ListenError, OpenOrderPortError, SecretFileError, TokenError, CertificateError
 */
export async function runDashboard(settings: DashboardSettings): Promise<void> {
  const credentials = await clientCredentials(settings);
  const log = processLog('dashboard', settings);
  const stop = stopRequested(settings.duration);
  hideExperimentalWarnings();
  const dashboard = new Dashboard(settings, credentials, log);
  await dashboard.listen();
  const reason = await stop;
  log.info({ event: 'stopping', reason }, `stopping: ${reason}`);
  await dashboard.close();
}

class Dashboard {
  readonly #log: Log;
  readonly #view: LiveView;
  readonly #bookLink: StackBookLink;
  readonly #news: NewsClient;
  readonly #orders: DropCopy;
  readonly #server: WebServer;
  readonly #publicUrl: string | undefined;
  readonly #screens = new Set<Screen>();
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;

  constructor(settings: DashboardSettings, credentials: ClientCredentials, log: Log) {
    const { host, newsPort, orderPort, dashboardPort, dashboardUrl } = settings;
    const setup = new StackSetup(settings);
    const view = new LiveView((book) => setup.describe(book));
    this.#log = log;
    this.#publicUrl = dashboardUrl;
    this.#view = view;
    this.#bookLink = linkBook(settings.stack, view, { readOnly: true });
    this.#news = new NewsClient(
      { host, port: newsPort, observesOnly: true },
      {
        onConnected: () => view.onUp('news'),
        onSentiment: (sentiment) => view.onSentiment(sentiment),
        onBegin: () => {},
        onMark: () => {},
        onDown: (reason, wasUp) => view.onDown('news', reason, wasUp),
        onBadFrame: (text) => view.onBadFrame('the news port', text),
      },
    );
    this.#orders = new DropCopy(
      { host: orderHostOf(settings), port: orderPort, last: ORDERS_MAX, ...credentials },
      {
        onPositions: (positions, lastOrderId) => {
          view.onUp('orders');
          view.onPositions(positions, lastOrderId);
        },
        onReport: (copy) => view.onReport(copy),
        onHalts: (halts) => view.onHalts(halts),
        onDown: (reason, wasUp) => view.onDown('orders', reason, wasUp),
        onBadFrame: (reason) => view.onBadFrame('the order port', reason),
      },
    );
    this.#server = new WebServer({
      port: dashboardPort,
      publicUrl: dashboardUrl === undefined ? undefined : new URL(dashboardUrl),
      routes: new Map<string, Route>([
        ...pageRoutes(),
        ...exportRoutes(view),
        ['/metrics', async () => (await import('./metrics.ts')).metrics(view.book)],
        ['/healthz', () => health(view.book, stackWords({ stack: settings.stack }))],
      ]),
      socketPath: SOCKET_PATH,
      hasRoom: () => this.#screens.size < SCREENS_MAX,
      onSocket: (socket) => {
        const screen = new Screen(socket);
        this.#screens.add(screen);
        socket.on('close', () => this.#screens.delete(screen));
      },
    });
  }

  /** @throws ListenError */
  async listen(): Promise<void> {
    await this.#server.listen();
    this.#bookLink.start();
    this.#news.start();
    this.#orders.start();
    this.#timer = setInterval(() => this.#show(), FRAME_MS);
    const { port } = this.#server;
    updatePorts({ dashboard: port });
    const proxied = this.#publicUrl === undefined ? '' : `, and ${this.#publicUrl} leads to it`;
    this.#log.info({ event: 'listening', port }, `the dashboard is at http://localhost:${port}${proxied}`);
  }

  #show(): void {
    const isLook = this.#frame++ % FRAMES_PER_LOOK_UNWATCHED === 0;
    if (this.#screens.size > 0) this.#view.show([...this.#screens]);
    else if (isLook) this.#view.show([], { frames: FRAMES_PER_LOOK_UNWATCHED });
  }

  /** Sends one more frame first: when a run ends, its last reports may still be in the socket. */
  async close(): Promise<void> {
    await sleep(2 * FRAME_MS);
    clearInterval(this.#timer);
    await nextIteration();
    this.#view.show([...this.#screens], { isLast: true });
    this.#bookLink.stop();
    this.#news.stop();
    this.#orders.stop();
    await this.#server.close();
  }
}

/** Node prints at every start that type stripping is experimental. Other warnings are printed as before. */
function hideExperimentalWarnings(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') console.error(warning);
  });
}
