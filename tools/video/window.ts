// Windows of the virtual screen, which has no window manager.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Brings the windows of a class in front of all others. */
export async function raiseWindow(display: string, className: string): Promise<void> {
  const env = { ...process.env, DISPLAY: display };
  const { stdout } = await run('xdotool', ['search', '--onlyvisible', '--class', className], { env });
  for (const id of stdout.trim().split('\n')) await run('xdotool', ['windowraise', id], { env });
}
