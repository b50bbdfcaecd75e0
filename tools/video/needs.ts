// Checks that every program that the recording needs is installed.

import fs from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../src/platform/errors.ts';
import { findChromium } from './chromium.ts';

/** Debian packages by program. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ffmpeg: 'ffmpeg',
  Xvfb: 'xvfb',
  xterm: 'xterm',
  xdotool: 'xdotool',
  nc: 'netcat-openbsd',
  python3: 'python3',
  bash: 'bash',
};

/** The font of everything but the page. */
const FONT = '/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf';

/** Programs are not installed. */
class MissingProgramsError extends UsageError {
  constructor(packages: readonly string[]) {
    super(
      `not installed: ${packages.join(', ')}; on Debian: apt-get install --no-install-recommends ${packages.join(' ')}`,
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
