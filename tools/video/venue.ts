// The stack that is filmed: its folder, in which the terminals open, its ports and its price book.

import fs from 'node:fs';
import path from 'node:path';
import { bookFiles } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { Stack } from '../testing/stack.ts';

/** The documented ports, used if they are free. */
const PORTS = { pricePort: 9001, newsPort: 9002, orderPort: 9003, dashboardPort: 9080 } as const;
const BOOK = 'default';

export class Venue implements AsyncDisposable {
  /** The terminals start its processes. */
  readonly stack: Stack;
  /** For files that `ls` does not show in the terminals. */
  readonly hidden: string;

  private constructor(stack: Stack) {
    this.stack = stack;
    this.hidden = path.join(stack.folder, '.video');
    fs.mkdirSync(this.hidden);
    for (const name of ['tickline', 'examples'])
      fs.symlinkSync(path.join(PROJECT_ROOT, name), path.join(stack.folder, name));
    const { pricePort, newsPort, orderPort, dashboardPort, bookName } = stack;
    const config = { pricePort, newsPort, orderPort, dashboardPort, stack: bookName };
    stack.file('tickline.config.json', JSON.stringify(config));
  }

  /** Once `signal` is aborted, every wait throws its reason. */
  static async open(signal: AbortSignal): Promise<Venue> {
    const bookName = bookFiles(BOOK).length === 0 ? BOOK : undefined;
    const options = { prefix: 'video', supervised: false, output: 'memory' } as const;
    return new Venue(await Stack.open({ ...options, preferredPorts: PORTS, bookName, signal }));
  }

  /** The option for programs that do not read tickline.config.json. */
  get bookOption(): string {
    const { bookName } = this.stack;
    return bookName === BOOK ? '' : ` --stack ${bookName}`;
  }

  /** Whether there is a price book. */
  get hasBook(): boolean {
    return bookFiles(this.stack.bookName).length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stack.close();
  }
}
