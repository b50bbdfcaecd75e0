// What a recording needs of the machine, and how to get it.

import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../src/platform/errors.ts';
import { findChromium } from './chromium.ts';

/** Programs by the Debian packages that have them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ffmpeg: 'ffmpeg',
  Xvfb: 'xvfb',
  xterm: 'xterm',
  xdotool: 'xdotool',
  nc: 'netcat-openbsd',
  python3: 'python3',
  bash: 'bash',
};

/** All but the page is written in it. */
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

/** The machine lacks programs. */
class MissingProgramsError extends UsageError {
  constructor(packages: readonly string[]) {
    super(
      `not installed here, and needed: ${packages.join(', ')}; on Debian: apt-get install --no-install-recommends ${packages.join(' ')}`,
    );
  }
}

/** @throws MissingProgramsError */
export function requirePrograms(): void {
  const missing = Object.entries(PROGRAMS).flatMap(([program, name]) => (isOnPath(program) ? [] : [name]));
  if (!fs.existsSync(FONT)) missing.push('fonts-dejavu-core');
  if (findChromium() === undefined) missing.push('chromium');
  if (missing.length > 0) throw new MissingProgramsError(missing);
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.join(folder, program)));
}
