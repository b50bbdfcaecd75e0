// Where the recorded stack lives: a folder, ports and a price book of its own.

import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bookFiles } from '@tickline/price-book';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { freePort } from '../../src/transport/ports.ts';
import { unusedPort } from '../testing/unused-port.ts';

/** Where all of it listens. */
export const HOST = '127.0.0.1';
/** Those of the documentation, taken when they are free. */
const PORTS = { pricePort: 9001, newsPort: 9002, orderPort: 9003, dashboardPort: 9080 } as const;
const BOOK = 'prices';

type Ports = Readonly<Record<keyof typeof PORTS, number>>;

export class Venue implements Disposable {
  /** The folder in which the terminals stand. */
  readonly folder = fs.mkdtempSync(path.join(tmpdir(), 'tickline-video-'));
  /** For files that a `ls` in the terminals does not show. */
  readonly hidden = path.join(this.folder, '.video');
  readonly book = isInUse(BOOK) ? `video-${process.pid}` : BOOK;
  readonly ports: Ports;

  private constructor(ports: Ports) {
    this.ports = ports;
    fs.mkdirSync(this.hidden);
    for (const name of ['tickline', 'examples'])
      fs.symlinkSync(path.join(PROJECT_ROOT, name), path.join(this.folder, name));
    const config = { ...ports, book: this.book };
    fs.writeFileSync(path.join(this.folder, 'tickline.config.json'), JSON.stringify(config));
  }

  static async find(): Promise<Venue> {
    const ports = { ...PORTS };
    for (const [name, port] of Object.entries(PORTS))
      Object.assign(ports, { [name]: await freePort(HOST, port, name).catch(unusedPort) });
    return new Venue(ports);
  }

  /** What a command needs that does not read tickline.config.json. */
  get bookOption(): string {
    return this.book === BOOK ? '' : ` --book ${this.book}`;
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
    for (const file of bookFiles(this.book)) fs.rmSync(file);
  }
}

function isInUse(book: string): boolean {
  return bookFiles(book).length > 0;
}
