// Finds and starts the Chromium of this machine, for the recording and for the tests.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

/** Names a Chromium that is not on the PATH. */
const VARIABLE = 'TICKLINE_CHROMIUM';
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ARGUMENTS = [
  '--no-sandbox', // as root it does not start with one, and it opens nothing but our own page
  '--test-type', // no bar that says so
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** Of a page without a window; one with a window is as large as that. */
const VIEWPORT = { width: 1280, height: 800 };

/** The program to start, or undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env[VARIABLE];
  if (named !== undefined) return fs.existsSync(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const candidates = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
  return candidates.find((file) => fs.existsSync(file));
}

/** A running Chromium with a profile of its own, which is gone with it. */
export class Chromium implements AsyncDisposable {
  readonly context: BrowserContext;
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
  }

  /** Starts it without a window, or with one on the `display` where that is given. */
  static async start(
    options: { readonly display?: string; readonly args?: readonly string[] } = {},
  ): Promise<Chromium> {
    const { display, args = [] } = options;
    const executablePath = findChromium();
    if (executablePath === undefined)
      throw new Error('there is no Chromium: apt-get install chromium, or name one in TICKLINE_CHROMIUM');
    const profile = fs.mkdtempSync(path.join(tmpdir(), 'tickline-chromium-'));
    try {
      const context = await chromium.launchPersistentContext(profile, {
        executablePath,
        headless: display === undefined,
        viewport: display === undefined ? VIEWPORT : null,
        args: [...ARGUMENTS, ...args],
        ignoreDefaultArgs: ['--enable-automation'], // which puts a bar over the page
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
