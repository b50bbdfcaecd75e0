// `tickline halt --nats` and `resume --nats`: ask the active OrderManager of a cluster, and wait until it confirms.

import { type Cluster, type ClusterSettings, connectCluster } from '../cluster/connection.ts';
import { callHalt } from '../cluster/manager-calls.ts';
import { ACCOUNT } from '../cluster/order-log.ts';
import { haltTexts, resumeAdvice } from '../domain/risk/halts.ts';
import { ClusterHaltError, UnknownStrategyError } from '../order-store/kill-switch-errors.ts';
import { messageOf, UsageError } from '../platform/errors.ts';
import { printable } from '../platform/printable.ts';
import { SILENT_LOG } from '../platform/silent-log.ts';
import type { HaltConfirmed } from '../protocol/manager-calls.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** A standby takes over within 15 s. */
const CONFIRM_TIMEOUT_MS = 20_000;

/**
 * @param only the strategy to halt or resume; undefined: all
 * @param confirmMs how long it waits for an active OrderManager
 * @throws ClusterHaltError, ClusterAccessError, SecretFileError, UnknownStrategyError
 */
export async function haltCluster(
  settings: ClusterSettings,
  only: string | undefined,
  halted: boolean,
  confirmMs = CONFIRM_TIMEOUT_MS,
): Promise<void> {
  const answer = await confirmed(settings, { only, halted, confirmMs });
  const halts = { all: answer.all, strategies: new Set(answer.strategies) };
  const texts = haltTexts(halts);
  const state = texts.length > 0 ? `halted: ${texts.join(', ')}` : 'nothing is halted: orders are accepted';
  const advice = texts.length > 0 ? `; ${resumeAdvice(halts, natsWords(settings))}` : '';
  const local = answer.local ? '; its machine has halts of its own: see ./tickline orders there' : '';
  console.log(
    printable(`${state} (confirmed by the active OrderManager, ${answer.holder})${advice}${local}`),
  );
}

/** The options with which this command reached the cluster. */
function natsWords({ nats, natsCa, natsCert, natsKey, natsNkey }: ClusterSettings): string {
  const given = { nats: nats.join(','), 'nats-ca': natsCa, 'nats-cert': natsCert, 'nats-key': natsKey };
  return Object.entries({ ...given, 'nats-nkey': natsNkey })
    .map(([option, value]) => (value === undefined ? '' : ` --${option} ${value}`))
    .join('');
}

async function confirmed(
  settings: ClusterSettings,
  {
    only,
    halted,
    confirmMs,
  }: { readonly only: string | undefined; readonly halted: boolean; readonly confirmMs: number },
): Promise<HaltConfirmed> {
  const word = halted ? 'halt' : 'resume';
  let cluster: Cluster | undefined;
  try {
    const stop = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
    cluster = await connectCluster(settings, 'command', SILENT_LOG, stop);
    const call = { ...(only !== undefined && { strategy: only }), halted };
    const answer = await callHalt(cluster, ACCOUNT, call, confirmMs);
    if (answer !== undefined && 'unknown' in answer)
      throw new UnknownStrategyError(only ?? '', `cluster at ${settings.nats.join(',')}`, answer.unknown);
    if (answer !== undefined) return answer;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new ClusterHaltError(word, settings.nats, messageOf(error));
  } finally {
    await cluster?.close();
  }
  throw new ClusterHaltError(
    word,
    settings.nats,
    `no active OrderManager answered within ${confirmMs / 1_000} s`,
  );
}
