// One connection of a faulty line: passes bytes in both directions, until its fault is due.

import type net from 'node:net';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { DELIMITER_BYTE } from '../../src/protocol/frames.ts';
import type { Fault, Way } from './faults.ts';
import type { FaultyLine } from './faulty-line.ts';

/** The first bytes that each end received. */
export type Heard = Record<Way, Buffer[]>;

const HEARD_BYTES_MAX = 256 * 1024;
const DELAY_MS = 60;
const TRICKLED_BYTES = 200;
/** The last bytes, of which a repetition consists. */
const REPEATED_BYTES = 2_000;
const LATE_MS = 50;

export class FaultyConnection {
  readonly heard: Heard = { toClient: [], toServer: [] };
  readonly #line: FaultyLine;
  readonly #to: Record<Way, net.Socket>;
  readonly #passed: Record<Way, number> = { toClient: 0, toServer: 0 };
  /** The last bytes of the direction in which frames are repeated. */
  #recent = Buffer.alloc(0);
  #fault: Fault | undefined;
  readonly #muted = new Set<Way>();
  #hangs = false;
  /** Whether neither end learns of what happens to the other any more. */
  #isOver = false;
  /** Bytes that reach the server late; undefined if none do. */
  #withheld: Buffer[] | undefined;

  constructor(line: FaultyLine, client: net.Socket, server: net.Socket, fault: Fault | undefined) {
    this.#line = line;
    this.#to = { toClient: client, toServer: server };
    this.#fault = fault;
  }

  /** Cancels a fault that has not happened yet. */
  cancelFault(): void {
    this.#fault = undefined;
  }

  /** Resolves when both directions are closed. */
  async run(): Promise<void> {
    await Promise.all([this.#carry('toClient', 'toServer'), this.#carry('toServer', 'toClient')]);
  }

  async #carry(way: Way, back: Way): Promise<void> {
    const from = this.#to[back];
    const to = this.#to[way];
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false })) await this.#take(way, chunk);
      if (!this.#muted.has(way)) to.end();
    } catch {
      if (!this.#isOver) to.resetAndDestroy();
    }
  }

  async #take(way: Way, chunk: Buffer): Promise<void> {
    if (this.#hangs) await closed(this.#to[way]);
    if (this.#muted.has(way) || (way === 'toClient' && this.#line.muted)) return;
    if (way === 'toServer' && this.#withheld) return this.#withhold(this.#withheld, chunk);
    const fault = this.#fault?.way === way ? this.#fault : undefined;
    const before = fault ? Math.max(0, fault.after - this.#passed[way]) : chunk.length;
    await this.#pass(way, chunk.subarray(0, before));
    const rest = chunk.subarray(before);
    if (fault === undefined || fault !== this.#fault) return this.#pass(way, rest); // cancelled meanwhile
    if (rest.length > 0) await this.#fail(fault, rest);
  }

  async #pass(way: Way, bytes: Buffer): Promise<void> {
    if (bytes.length === 0) return;
    const to = this.#to[way];
    if (this.#passed[way] < HEARD_BYTES_MAX) this.heard[way].push(Buffer.from(bytes));
    if (this.#fault?.kind === 'repeat' && this.#fault.way === way) this.#remember(bytes);
    this.#passed[way] += bytes.length;
    await new Promise((resolve) => to.write(bytes, resolve));
    if (way === 'toServer') this.#line.deliverLate();
  }

  /** Makes the fault happen before `rest`. */
  async #fail(fault: Fault, rest: Buffer): Promise<void> {
    const { kind, way } = fault;
    if (kind === 'repeat') return this.#repeat(way, rest);
    this.#fault = undefined;
    this.#line.count(kind);
    const { toClient, toServer } = this.#to;
    switch (kind) {
      case 'delay':
        await sleep(DELAY_MS);
        return this.#pass(way, rest);
      case 'trickle':
        return this.#trickle(way, rest);
      case 'cut':
        this.#isOver = true;
        toClient.destroySoon();
        toServer.destroySoon();
        return;
      case 'reset':
        toClient.resetAndDestroy();
        toServer.resetAndDestroy();
        return;
      case 'half-close':
        this.#muted.add(way);
        this.#to[way].end();
        return;
      case 'mute':
        this.#muted.add(way);
        return;
      case 'hang':
        this.#isOver = true;
        this.#hangs = true;
        return;
      case 'late':
        this.#isOver = true;
        this.#withheld = [];
        return this.#withhold(this.#withheld, rest);
    }
  }

  async #trickle(way: Way, rest: Buffer): Promise<void> {
    for (let at = 0; at < Math.min(TRICKLED_BYTES, rest.length); at++) {
      await this.#pass(way, rest.subarray(at, at + 1));
      await turn();
    }
    await this.#pass(way, rest.subarray(TRICKLED_BYTES));
  }

  /** Passes bytes up to the end of a frame, and then repeats everything from the start of a unit. */
  async #repeat(way: Way, rest: Buffer): Promise<void> {
    const end = rest.lastIndexOf(DELIMITER_BYTE) + 1;
    await this.#pass(way, rest.subarray(0, end));
    const start = this.#recent.indexOf(this.#line.unit);
    if (end > 0 && start >= 0) {
      this.#fault = undefined;
      this.#line.count('repeat');
      await this.#pass(way, this.#recent.subarray(start));
    }
    await this.#pass(way, rest.subarray(end));
  }

  #remember(bytes: Buffer): void {
    this.#recent = Buffer.concat([this.#recent, bytes]).subarray(-REPEATED_BYTES);
  }

  /** Resets the client, and keeps its last bytes until its next connection. */
  #withhold(withheld: Buffer[], bytes: Buffer): void {
    withheld.push(bytes);
    const { toClient, toServer } = this.#to;
    if (toClient.destroyed) return;
    toClient.resetAndDestroy();
    this.#line.later(() => {
      toServer.write(Buffer.concat(withheld), () => setTimeout(() => toServer.destroy(), LATE_MS));
    });
  }
}

async function closed(socket: net.Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}
