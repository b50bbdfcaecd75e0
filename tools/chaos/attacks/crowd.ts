// Starts a crowd of clients in a process of its own, as another user where this one may do that.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import { NOBODY } from '../../testing/another-user.ts';
import { until } from '../../testing/poll.ts';

const PROGRAM = new URL('./crowd.mjs', import.meta.url);

export interface CrowdOptions {
  readonly port: number;
  readonly count: number;
  /** Sent by each client once it is connected. */
  readonly text?: string;
  /** Sends the text again after so many ms; 0: never. */
  readonly everyMs?: number;
  /** Whether the clients read what they get. */
  readonly reads?: boolean;
  /** Whether a client that was disconnected comes back. */
  readonly reconnects?: boolean;
  /** The address to come from. */
  readonly address?: string;
}

export class Crowd implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** Connections made so far. */
  connected = 0;

  constructor(options: CrowdOptions, asAnother: boolean) {
    const program = fs.readFileSync(PROGRAM, 'utf8'); // the other user may not be allowed to read it
    const words = ['--input-type=module', '-e', program, '--', JSON.stringify(options)];
    const user = asAnother ? { uid: NOBODY, gid: NOBODY } : {};
    this.#child = spawn(process.execPath, words, {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {},
      ...user,
    });
    this.#child.stdout?.on('data', (text) => {
      this.connected = Number(String(text).trimEnd().split('\n').at(-1));
    });
    process.once('exit', () => this.#child.kill('SIGKILL'));
  }

  /** Waits until so many connections were made. */
  untilConnected(count: number): Promise<void> {
    return until(`${count} clients of a crowd are connected`, () => this.connected >= count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await exited;
    }
  }
}
