// Opens what the Gateway publishes to besides its own ports. The NATS client is loaded only with --nats.

import { ClusterStoppedError } from '../cluster/errors.ts';
import type { ProcessCounters } from '../monitoring/stack-book.ts';
import type { Log } from '../platform/log.ts';
import type { GatewaySettings } from '../settings/settings.ts';
import type { ClusterOutput } from './cluster-output.ts';

/** The streams of NATS; undefined without --nats, and the reason if the process is to stop before they are there. */
export async function openOutput(
  settings: GatewaySettings,
  log: Log,
  counters: ProcessCounters,
  stop: Promise<string>,
): Promise<ClusterOutput | string | undefined> {
  const { nats } = settings;
  if (nats === undefined) return undefined;
  const aborter = new AbortController();
  stop.then(() => aborter.abort()).catch(() => {});
  const { ClusterOutput } = await import('./cluster-output.ts');
  const opening = ClusterOutput.open({ ...settings, nats }, log, counters, aborter.signal);
  return opening.catch((error: unknown) => {
    if (error instanceof ClusterStoppedError) return stop;
    throw error;
  });
}
