// Calls of the active OrderManager. Only the active one listens.
//
//    tl.om.<account>.strategy.<name>   a strategy is there, or logs on: the server lets it call under its own name only
//    tl.om.<account>.halt

import { setTimeout as sleep } from 'node:timers/promises';
import type { Msg, Subscription } from '@nats-io/transport-node';
import { ProtocolError } from '../protocol/errors.ts';
import {
  decodeCall,
  type HaltAnswer,
  type HaltCall,
  haltAnswerSchema,
  haltCallSchema,
  type StrategyAnswer,
  type StrategyCall,
  strategyAnswerSchema,
  strategyCallSchema,
} from '../protocol/manager-calls.ts';
import type { LogonAck } from '../protocol/order-messages.ts';
import type { Cluster } from './connection.ts';
import { strategyOf, tokenOf } from './strategy-token.ts';

const haltSubject = (account: number): string => `tl.om.${account}.halt`;
const strategySubject = (account: number, token: string): string => `tl.om.${account}.strategy.${token}`;

export interface CallHandler {
  /** The answer, in parts; the last has no `more`. */
  onStrategy(call: StrategyCall): readonly StrategyAnswer[];
  /** Undefined: this manager is not the active one any more, and does not answer. */
  onHalt(call: HaltCall): Promise<HaltAnswer | undefined>;
}

/** Answers calls until stop(). A call that cannot be read is not answered, and reported. */
export class ManagerCalls {
  readonly #subscriptions: readonly Subscription[];

  constructor(cluster: Cluster, account: number, handler: CallHandler, onBadCall: (reason: string) => void) {
    const serve = (subject: string, answer: (message: Msg) => void) =>
      cluster.connection.subscribe(subject, {
        callback: (error, message) => {
          if (error) onBadCall(error.message);
          else reporting(onBadCall, () => answer(message));
        },
      });
    this.#subscriptions = [
      serve(strategySubject(account, '*'), (message) => {
        const call = decodeCall(strategyCallSchema, message.string());
        if (call.strategy !== strategyOf(message.subject)) {
          onBadCall(`${call.strategy} called as ${strategyOf(message.subject)}`);
          return;
        }
        for (const part of handler.onStrategy(call)) message.respond(JSON.stringify(part));
      }),
      serve(haltSubject(account), (message) => {
        const call = decodeCall(haltCallSchema, message.string());
        void handler.onHalt(call).then((answer) => answer && message.respond(JSON.stringify(answer)));
      }),
    ];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }
}

function reporting(onBadCall: (reason: string) => void, answer: () => void): void {
  try {
    answer();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    onBadCall(error.message);
  }
}

/** All parts of an answer, put together. */
export interface WholeAnswer {
  readonly acks: readonly LogonAck[];
  readonly epoch: number;
  readonly sequence: number;
}

/** Undefined: no manager answered in time. @throws BadMessageError, ManagerRefusedError */
export async function callStrategy(
  cluster: Cluster,
  account: number,
  call: StrategyCall,
  timeoutMs: number,
): Promise<WholeAnswer | { readonly refused: string } | undefined> {
  const acks: LogonAck[] = [];
  const parts = await cluster.connection.requestMany(
    strategySubject(account, tokenOf(call.strategy)),
    JSON.stringify(call),
    {
      strategy: 'sentinel', // ends with an empty message, which is never sent: this loop ends it, or the time
      maxWait: timeoutMs,
    },
  );
  for await (const part of parts) {
    const answer = decodeCall(strategyAnswerSchema, part.string());
    if ('refused' in answer) return answer;
    acks.push(answer.ack);
    if (!answer.ack.more) return { acks, epoch: answer.epoch, sequence: answer.sequence };
  }
  return undefined;
}

/** Undefined: no active manager answered in time. @throws BadMessageError */
export async function callHalt(
  cluster: Cluster,
  account: number,
  call: HaltCall,
  timeoutMs: number,
): Promise<HaltAnswer | undefined> {
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    const timeout = Math.max(1, deadline - performance.now());
    try {
      const answer = await cluster.connection.request(haltSubject(account), JSON.stringify(call), {
        timeout,
      });
      return decodeCall(haltAnswerSchema, answer.string());
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      await sleep(100); // nobody listens yet: a standby may be taking over
    }
  }
  return undefined;
}
