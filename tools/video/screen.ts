// The screen that is recorded: an X server without a monitor.

import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { TicklineError } from '../../src/platform/errors.ts';
import { endChild, startChild } from './child.ts';

/** In pixels. The captions have the lowest strip of it for themselves. */
export const SIZE = { width: 1600, height: 900, caption: 68 } as const;

const DISPLAY_FD = 3;

/** The X server did not come up. */
class ScreenError extends TicklineError {
  constructor() {
    super('Xvfb ended before it had a display: start it by hand, and see what it says');
  }
}

export class Screen implements AsyncDisposable {
  /** What programs have to have in DISPLAY. */
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
    await endChild(this.#server);
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
