// Keeps what a server reports about its connections.

import type { PauseReason } from '../../src/transport/server-client.ts';
import type { ServerObserver } from '../../src/transport/server-observer.ts';

export class RecordedServer implements ServerObserver {
  clients = 0;
  readonly badFrames: string[];
  readonly cutOff: string[] = [];
  readonly refused: string[] = [];
  readonly paused: PauseReason[] = [];

  /** @param badFrames the list that gets the reason of every bad frame */
  constructor(badFrames: string[] = []) {
    this.badFrames = badFrames;
  }

  onClients(count: number): void {
    this.clients = count;
  }

  onBadFrame(_client: string, reason: string): void {
    this.badFrames.push(reason);
  }

  onCutOff(_client: string, reason: string): void {
    this.cutOff.push(reason);
  }

  onRefused(reason: string): void {
    this.refused.push(reason);
  }

  onPaused(_client: string, reason: PauseReason): void {
    this.paused.push(reason);
  }
}
