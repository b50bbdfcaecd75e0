// The captions: a separate window at the bottom of the screen, so that they appear exactly when the picture does.

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { startChild, stopChild } from './child.ts';
import { SIZE } from './screen.ts';

const CLEAR = '\x1b[?25l\x1b[H\x1b[2J';
const BOLD = '\x1b[1;97m';
const PLAIN = '\x1b[0m';

export class Captions implements AsyncDisposable {
  readonly #file: string;
  readonly #window: ChildProcess;

  /** Opens the window, which shows what a file in `folder` contains. */
  constructor(display: string, folder: string) {
    this.#file = path.join(folder, 'captions');
    fs.writeFileSync(this.#file, CLEAR);
    const looks = ['-fa', 'DejaVu Sans Mono', '-fs', '14', '-u8', '+sb', '-bg', '#161b22', '-fg', '#c9d1d9'];
    const place = ['-b', '8', '-bw', '0', '-geometry', `160x2+0+${SIZE.height - SIZE.caption}`];
    this.#window = startChild('xterm', [...looks, ...place, '-e', 'tail', '-f', '-n', '+1', this.#file], {
      env: { DISPLAY: display, LC_ALL: 'C.UTF-8' },
    });
  }

  /** Replaces the caption: a few words on what is seen, and a line about it. */
  show(title: string, text: string): void {
    fs.appendFileSync(this.#file, `${CLEAR}${BOLD}${title}${PLAIN}\r\n${text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#window);
  }
}
