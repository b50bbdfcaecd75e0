// The one connection of a Strategy to NATS, which its orders and its news share.

import { type Cluster, type ClusterSettings, connectCluster } from '../cluster/connection.ts';
import { ClusterStoppedError } from '../cluster/errors.ts';
import { tokenOf } from '../cluster/strategy-token.ts';
import type { Log } from '../platform/log.ts';

export class StrategyCluster {
  readonly #settings: ClusterSettings & { readonly strategyName: string };
  readonly #log: Log;
  readonly #stop = new AbortController();
  #cluster: Promise<Cluster> | undefined;
  /** Takes the server, or undefined while there is none. */
  onServer: (server: string | undefined) => void = () => {};

  constructor(settings: ClusterSettings & { readonly strategyName: string }, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  /** Connects at the first call. @throws as connectCluster(), and ClusterStoppedError once `stop` is aborted */
  async connected(stop: AbortSignal): Promise<Cluster> {
    const stopped = new Promise<never>((_, reject) => {
      const end = () => reject(new ClusterStoppedError());
      if (stop.aborted) end();
      else stop.addEventListener('abort', end, { once: true });
    });
    this.#cluster ??= this.#connect();
    return Promise.race([this.#cluster, stopped]);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const cluster = await this.#cluster?.catch(() => undefined);
    await cluster?.close();
  }

  #connect(): Promise<Cluster> {
    const role = `strategy.${tokenOf(this.#settings.strategyName)}` as const;
    return connectCluster(this.#settings, role, this.#log, this.#stop.signal, (server) =>
      this.onServer(server),
    );
  }
}
