// A terminal with a shell on the screen, into which the recording types.

import { type ChildProcess, execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { startChild, stopChild } from './child.ts';
import type { Stage } from './stage.ts';

const run = promisify(execFile);

const KEY_MS = 28;
/** One character of DejaVu Sans Mono at 11 points and 96 dots per inch, in pixels. */
const CELL = { width: 9, height: 18 } as const;
const BORDER = 7;

/** The title stays on the first line; everything else scrolls below it. */
const SHELL_START = `
unset HISTFILE
PROMPT_COMMAND='echo >> "$TERMINAL_READY.prompts"'
PS1='\\[\\e[1;32m\\]$\\[\\e[0m\\] '
printf '\\e[48;5;24;97;1m %s\\e[K\\e[0m\\n\\e[2r\\e[2;1H' "$TERMINAL_TITLE"
echo "$WINDOWID" > "$TERMINAL_READY.new" && mv "$TERMINAL_READY.new" "$TERMINAL_READY"
`;

/** Position and size of a terminal, in pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

let opened = 0;

export class Terminal implements AsyncDisposable {
  readonly #stage: Stage;
  readonly #program: ChildProcess;
  /** Has a line for each prompt. */
  readonly #prompts: string;
  readonly #window: string;

  private constructor(stage: Stage, program: ChildProcess, ready: string) {
    this.#stage = stage;
    this.#program = program;
    this.#prompts = `${ready}.prompts`;
    this.#window = fs.readFileSync(ready, 'utf8').trim();
  }

  /** Opens a terminal in front of all others, and waits for its prompt. */
  static async open(stage: Stage, title: string, place: Place): Promise<Terminal> {
    const shell = path.join(stage.venue.hidden, 'shell-start');
    const ready = path.join(stage.venue.hidden, `terminal-${opened++}`);
    fs.writeFileSync(shell, SHELL_START);
    const env = { ...process.env, ...displayOf(stage), LC_ALL: 'C.UTF-8' };
    const program = startChild('xterm', [...looks(place), '-e', 'bash', '--rcfile', shell, '-i'], {
      cwd: stage.stack.folder,
      env: { ...env, TERMINAL_TITLE: title, TERMINAL_READY: ready, PYTHONDONTWRITEBYTECODE: '1' },
    });
    await stage.stack.until(`the terminal "${title}" is open`, () => fs.existsSync(ready));
    const terminal = new Terminal(stage, program, ready);
    await stage.stack.until(`the terminal "${title}" has a prompt`, () => terminal.#promptCount > 0);
    return terminal;
  }

  /** Types a command and Enter. */
  async type(text: string): Promise<void> {
    const keys = ['--delay', String(KEY_MS), '--', text];
    await this.#stage.show(this.#xdotool('type', '--window', this.#window, ...keys));
    await this.#xdotool('key', '--window', this.#window, 'Return');
  }

  /** Types a command and Enter, and waits until it is done. */
  async run(text: string): Promise<void> {
    const before = this.#promptCount;
    await this.type(text);
    const isDone = () => this.#promptCount > before;
    await this.#stage.stack.until(`done: ${text}`, isDone);
  }

  /** Brings it in front of all other windows. */
  async raise(): Promise<void> {
    await this.#xdotool('windowraise', this.#window);
  }

  async pressCtrlC(): Promise<void> {
    await this.#xdotool('key', '--window', this.#window, 'ctrl+c');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopChild(this.#program);
  }

  get #promptCount(): number {
    return fs.existsSync(this.#prompts) ? fs.readFileSync(this.#prompts, 'utf8').length : 0;
  }

  async #xdotool(...args: string[]): Promise<void> {
    await run('xdotool', args, { env: { ...process.env, ...displayOf(this.#stage) } });
  }
}

function displayOf(stage: Stage): NodeJS.ProcessEnv {
  return { DISPLAY: stage.screen.display };
}

function looks({ x, y, width, height }: Place): string[] {
  const columns = Math.floor((width - 2 * BORDER) / CELL.width);
  const rows = Math.floor((height - 2 * BORDER) / CELL.height);
  return [
    ...['-geometry', `${columns}x${rows}+${x}+${y}`],
    ...['-fa', 'DejaVu Sans Mono', '-fs', '11', '-u8', '+sb', '-sl', '0'],
    ...['-bg', '#0d1117', '-fg', '#e6edf3', '-bd', '#3d444d', '-b', String(BORDER - 1), '-bw', '1'],
    ...['-xrm', 'XTerm*color4: #58a6ff', '-xrm', 'XTerm*allowSendEvents: true'],
  ];
}
