// The connection of a process to NATS JetStream: waits for the first server, then reconnects for ever.
//
// Load this file, and those that import it, by import() and only with --nats: a start without it does not load the client.

import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  type NatsConnection,
  type NodeConnectionOptions,
  nkeyAuthenticator,
  type Status,
} from '@nats-io/transport-node';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { Log } from '../platform/log.ts';
import { readSmallFile } from '../platform/small-file.ts';
import { readSecretFile } from '../security/secret-file.ts';
import { checkAnyAddress } from '../transport/tls.ts';
import { ClusterAccessError, ClusterServerError, ClusterStoppedError } from './errors.ts';

/** Where NATS is, and what this process proves itself with. Files are PEM, the nkey is a seed. */
export interface ClusterSettings {
  /** One or more URLs, such as nats://10.0.0.1:4222. */
  readonly nats: readonly string[];
  readonly natsCa?: string | undefined;
  readonly natsCert?: string | undefined;
  readonly natsKey?: string | undefined;
  readonly natsNkey?: string | undefined;
}

/** What a process is to NATS: it names its connection and its inbox, which permissions refer to. */
export type ClusterRole = 'gateway' | 'orderbook' | `strategy.${string}` | 'order-manager' | 'command';

/** The client's parts. `close()` ends them all. */
export interface Cluster {
  readonly connection: NatsConnection;
  readonly streams: JetStreamManager;
  readonly messages: JetStreamClient;
  /** How often the connection was lost and made again. */
  readonly reconnects: number;
  readonly isUp: boolean;
  /** Servers of the cluster: 1, or at least 3. */
  readonly isClustered: boolean;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2_000;
const RETRY_MS = 250;
/** A server that does not answer pings this often is lost. */
const PING_INTERVAL_MS = 1_000;
const PINGS_OUT_MAX = 3;
/** Bound of one request to JetStream. */
export const REQUEST_TIMEOUT_MS = 5_000;
/** Bound of the orderly end, in which what was published still leaves. */
const CLOSE_TIMEOUT_MS = 2_000;
const VERSION_MIN = [2, 12] as const;
/** What Node says of a certificate that will not be right later either. */
const BAD_CERTIFICATE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/**
 * Connects to the first server that answers, for as long as it takes; logs once what it waits for. Afterwards a lost connection
 * comes back by itself.
 * @param onServer called with the server, and with undefined when it is lost
 * @throws ClusterAccessError, ClusterServerError, SecretFileError, and ClusterStoppedError once `stop` is aborted
 */
export async function connectCluster(
  settings: ClusterSettings,
  role: ClusterRole,
  log: Log,
  stop: AbortSignal,
  onServer: (server: string | undefined) => void = () => {},
): Promise<Cluster> {
  const options = connectionOptions(settings, role);
  let isLogged = false;
  for (;;) {
    if (stop.aborted) throw new ClusterStoppedError();
    try {
      const cluster = await openCluster(await connect(options), log, onServer);
      if (!stop.aborted) return cluster;
      await cluster.close();
    } catch (error) {
      if (error instanceof ClusterServerError) throw error;
      if (isRefusal(error)) throw new ClusterAccessError(settings.nats, error);
      if (!isLogged) log.warn({ event: 'awaits-nats' }, waitingText(settings.nats, error));
      isLogged = true;
      await sleep(RETRY_MS);
    }
  }
}

function waitingText(servers: readonly string[], error: unknown): string {
  return `waiting for NATS at ${servers.join(',')}: ${messageOf(error)}`;
}

function connectionOptions(settings: ClusterSettings, role: ClusterRole): NodeConnectionOptions {
  const { nats, natsCa, natsCert, natsKey, natsNkey } = settings;
  const seed = natsNkey === undefined ? undefined : readSecretFile('--nats-nkey', natsNkey).trim();
  const own =
    natsCert === undefined || natsKey === undefined
      ? {}
      : { cert: readSmallFile(natsCert), key: readSecretFile('--nats-key', natsKey) };
  const identity = { checkServerIdentity: checkAnyAddress(hostsOf(nats)) }; // passed on to Node
  return {
    servers: [...nats],
    name: `tickline ${role}`,
    inboxPrefix: `_INBOX.${role}`,
    timeout: CONNECT_TIMEOUT_MS,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_MS / 2,
    ignoreAuthErrorAbort: true, // a server that is being set up anew may refuse for a while
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: PINGS_OUT_MAX,
    ...(natsCa === undefined ? {} : { tls: { ca: readSmallFile(natsCa), ...own, ...identity } }),
    ...(seed === undefined ? {} : { authenticator: nkeyAuthenticator(new TextEncoder().encode(seed)) }),
  };
}

function hostsOf(urls: readonly string[]): string[] {
  return urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

/** Whether another attempt would end the same way. */
function isRefusal(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof AuthorizationError || BAD_CERTIFICATE.test(codeOf(cause) ?? '')) return true;
  }
  return false;
}

/** @throws ClusterServerError */
async function openCluster(
  connection: NatsConnection,
  log: Log,
  onServer: (server: string | undefined) => void,
): Promise<Cluster> {
  const server = connection.getServer();
  const { version = '0', jetstream: hasStreams, cluster: clusterName } = connection.info ?? {};
  const old = isOlder(version) ? `has version ${version}` : undefined;
  const missing = hasStreams === true ? undefined : 'has no JetStream';
  if (old !== undefined || missing !== undefined) {
    await connection.close();
    throw new ClusterServerError(
      server,
      old ?? `${missing}`,
      old === undefined ? 'start it with jetstream in its configuration' : 'install a newer nats-server',
    );
  }
  log.info({ event: 'nats-up', server, version }, `connected to NATS ${version} at ${server}`);
  onServer(server);
  const watch = watchStatus(connection, log, onServer);
  const options = { timeout: REQUEST_TIMEOUT_MS };
  return {
    connection,
    messages: jetstream(connection, options),
    streams: await jetstreamManager(connection, { ...options, checkAPI: false }),
    isClustered: clusterName !== undefined,
    get reconnects() {
      return watch.reconnects;
    },
    get isUp() {
      return watch.isUp;
    },
    close: () => closeConnection(connection),
  };
}

async function closeConnection(connection: NatsConnection): Promise<void> {
  const drained = connection.drain().catch(() => {}); // a connection that is down has nothing to send
  await Promise.race([drained, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  if (!connection.isClosed()) await connection.close();
}

function isOlder(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]);
}

interface StatusWatch {
  reconnects: number;
  isUp: boolean;
  readonly onServer: (server: string | undefined) => void;
}

/** Logs each change of the connection once. */
function watchStatus(
  connection: NatsConnection,
  log: Log,
  onServer: (server: string | undefined) => void,
): StatusWatch {
  const watch: StatusWatch = { reconnects: 0, isUp: true, onServer };
  const follow = async () => {
    for await (const status of connection.status()) take(status, watch, log);
  };
  follow().catch((error: unknown) => {
    log.error(
      { event: 'nats-status', err: error },
      'the status of the NATS connection is not known any more',
    );
  });
  return watch;
}

function take(status: Status, watch: StatusWatch, log: Log): void {
  if (status.type === 'disconnect' && watch.isUp) {
    watch.isUp = false;
    watch.onServer(undefined);
    log.warn({ event: 'nats-down', server: status.server }, `lost NATS at ${status.server}; reconnecting`);
  } else if (status.type === 'reconnect' && !watch.isUp) {
    watch.isUp = true;
    watch.onServer(status.server);
    watch.reconnects++;
    log.info({ event: 'nats-up', server: status.server }, `connected to NATS at ${status.server} again`);
  } else if (status.type === 'error') {
    log.warn({ event: 'nats-error', reason: status.error.message }, `NATS: ${status.error.message}`);
  }
}
