// Certificates for a test, made with openssl: an authority and the certificates that it signs.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from './run-process.ts';

/** The files of a certificate and its key. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Signs certificates. */
export class Authority implements Identity {
  readonly cert: string;
  readonly key: string;
  readonly #folder: string;

  /** Undefined if openssl is missing; the test is then skipped. */
  static make(t: TestContext, name = 'authority'): Authority | undefined {
    try {
      execFileSync('openssl', ['version'], { stdio: 'ignore' });
    } catch {
      t.skip('openssl is missing, which makes the certificates of this test');
      return undefined;
    }
    return new Authority(temporaryFolder(t), name);
  }

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.cert = path.join(folder, `${name}.pem`);
    this.key = path.join(folder, `${name}.key`);
    openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-subj', `/CN=${name}`, ...this.#out(this));
  }

  /** Makes a certificate for these names, written as for openssl: `DNS:localhost`, `IP:127.0.0.1`. */
  sign(name: string, ...names: readonly string[]): Identity {
    const identity = {
      cert: path.join(this.#folder, `${name}.pem`),
      key: path.join(this.#folder, `${name}.key`),
    };
    const request = path.join(this.#folder, `${name}.csr`);
    openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', identity.key, '-out', request);
    const extensions = path.join(this.#folder, `${name}.ext`);
    fs.writeFileSync(extensions, `subjectAltName=${names.join(',')}\n`);
    const signer = ['-CA', this.cert, '-CAkey', this.key, '-CAcreateserial', '-days', '2'];
    openssl('x509', '-req', '-in', request, ...signer, '-extfile', extensions, '-out', identity.cert);
    fs.chmodSync(identity.key, 0o600);
    return identity;
  }

  #out({ cert, key }: Identity): string[] {
    return ['-keyout', key, '-out', cert];
  }
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: 'pipe' });
}
