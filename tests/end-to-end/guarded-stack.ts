// A stack whose order port has TLS and tokens: what each side is started with.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import { Authority } from '../certificates.ts';
import { openStack } from './stack.ts';

/** The names that may log on, and their tokens. */
export const TOKENS = {
  crossover: 'token-of-crossover-0123456789abcdef',
  other: 'token-of-other-0123456789abcdef-0123',
  example: 'token-of-the-example-0123456789abcdef',
  watch: 'token-of-the-watchers-0123456789abcdef',
};

/** A stack of which nothing runs yet, and the options that its two sides need to trust each other. */
export interface GuardedStack {
  readonly stack: Stack;
  /** The certificate of who has signed the OrderManager's. */
  readonly ca: string;
  /** For the OrderManager. */
  readonly manager: readonly string[];
  /** For the Strategy. */
  readonly strategy: readonly string[];
}

/** Undefined, and the test is skipped, where there is no openssl. */
export async function guardedStack(t: TestContext): Promise<GuardedStack | undefined> {
  const authority = Authority.make(t);
  if (!authority) return undefined;
  const stack = await openStack(t);
  const { cert, key } = authority.sign('manager', 'IP:127.0.0.1');
  return {
    stack,
    ca: authority.cert,
    manager: ['--tls-cert', cert, '--tls-key', key, ...tokensOf(stack)],
    strategy: ['--tls-ca', authority.cert, ...tokenOf(stack, 'crossover')],
  };
}

/** What the OrderManager is given. */
export function tokensOf(stack: Stack): string[] {
  return ['--tokens', secret(stack, 'tokens.json', JSON.stringify(TOKENS))];
}

/** What a strategy is given. */
export function tokenOf(stack: Stack, name: keyof typeof TOKENS): string[] {
  return ['--token-file', tokenFile(stack, name)];
}

/** The file of one token. */
export function tokenFile(stack: Stack, name: keyof typeof TOKENS): string {
  return secret(stack, `${name}.token`, `${TOKENS[name]}\n`);
}

/** A file in the stack's folder, for its owner alone. */
function secret(stack: Stack, name: string, text: string): string {
  const file = stack.file(name, text);
  fs.chmodSync(file, 0o600);
  return file;
}
