// Finds and starts the installed Chromium, for the film and for the tests.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Environment variable with the path of a Chromium that is not on the PATH. */
const VARIABLE = 'TICKLINE_CHROMIUM';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ARGUMENTS = [
  '--no-sandbox', // root cannot use the sandbox, and it opens only our own page
  '--test-type', // suppresses the warning about --no-sandbox
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Size of a page without a window. */
const VIEWPORT = { width: 1280, height: 800 };

/** The path of the program; undefined if none is installed. */
export function findChromium(): string | undefined {
  const named = process.env[VARIABLE];
  if (named !== undefined) return fs.existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return candidates.find((file) => fs.existsSync(file));
}

/** A running Chromium with a temporary profile. */
export class Chromium implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  /** Starts it with a window on `display`, or without a window. */
  static async start(
    options: { readonly display?: string; readonly args?: readonly string[] } = {},
  ): Promise<Chromium> {
    const { display, args = [] } = options;
    const executablePath = findChromium();
    if (executablePath === undefined)
      throw new Error(
        'no Chromium is installed: apt-get install chromium, or set TICKLINE_CHROMIUM to its path',
      );
    const profile = fs.mkdtempSync(path.join(tmpdir(), 'tickline-chromium-'));
    try {
      const context = await chromium.launchPersistentContext(profile, {
        executablePath,
        headless: display === undefined,
        viewport: display === undefined ? VIEWPORT : null,
        args: [...ARGUMENTS, ...args],
        ignoreDefaultArgs: ['--enable-automation'], // which shows a bar over the page
        ...(display !== undefined && { env: { ...process.env, DISPLAY: display } }),
      });
      return new Chromium(context, profile);
    } catch (error) {
      fs.rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    fs.rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
