// The recorded screen: an X server without a monitor.

import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { TicklineError } from '../../src/platform/errors.ts';
import { startChild, stopChild } from './child.ts';

/** In pixels. The captions fill the lowest `caption` pixels. */
export const SIZE = { width: 1600, height: 900, caption: 68 } as const;

const DISPLAY_FD = 3;

/** The X server did not start. */
class ScreenError extends TicklineError {
  constructor() {
    super('Xvfb exited before it had a display: start it yourself to see why');
  }
}

export class Screen implements AsyncDisposable {
  /** The value of DISPLAY for its programs. */
  readonly display: string;
  readonly #server: ChildProcess;

  private constructor(display: string, server: ChildProcess) {
    this.display = display;
    this.#server = server;
  }

  /** @throws ScreenError */
  static async start(): Promise<Screen> {
    const { width, height } = SIZE;
    const args = ['-displayfd', String(DISPLAY_FD), '-screen', '0', `${width}x${height}x24`, '-dpi', '96'];
    const server = startChild('Xvfb', [...args, '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await firstLine(server.stdio[DISPLAY_FD] as Readable);
    if (number === undefined) throw new ScreenError();
    return new Screen(`:${number}`, server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#server);
  }
}

async function firstLine(stream: Readable): Promise<string | undefined> {
  let text = '';
  for await (const chunk of stream) {
    text += String(chunk);
    if (text.includes('\n')) return text.trim();
  }
  return undefined;
}
