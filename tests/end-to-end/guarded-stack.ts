// A stack whose order port has TLS and tokens, and the options of both sides.

import fs from 'node:fs';
import type { TestContext } from 'node:test';
import type { Stack } from '../../tools/testing/stack.ts';
import { Authority } from '../certificates.ts';
import { openStack } from './stack.ts';

/** Tokens by the names that may log on. */
export const TOKENS = {
  crossover: 'token-of-crossover-0123456789abcdef',
  other: 'token-of-other-0123456789abcdef-0123',
  example: 'token-of-the-example-0123456789abcdef',
  watch: 'token-of-the-watchers-0123456789abcdef',
};

/** A stack of which no process runs yet, and the options with which both sides trust each other. */
export interface GuardedStack {
  readonly stack: Stack;
  /** The certificate of the authority that signed the OrderManager's. */
  readonly ca: string;
  /** Options of the OrderManager. */
  readonly manager: readonly string[];
  /** Options of the Strategy. */
  readonly strategy: readonly string[];
}

/** Undefined if openssl is missing; the test is then skipped. */
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

/** The token option of the OrderManager. */
export function tokensOf(stack: Stack): string[] {
  return ['--tokens', secret(stack, 'tokens.json', JSON.stringify(TOKENS))];
}

/** The token option of a strategy. */
export function tokenOf(stack: Stack, name: keyof typeof TOKENS): string[] {
  return ['--token-file', tokenFile(stack, name)];
}

/** The token options of a whole run, with its dashboard. */
export function guardedTokens(stack: Stack): string[] {
  const watch = ['--watch-token-file', tokenFile(stack, 'watch')];
  return [...tokensOf(stack), ...tokenOf(stack, 'crossover'), ...watch];
}

/** Writes the file of one token. */
export function tokenFile(stack: Stack, name: keyof typeof TOKENS): string {
  return secret(stack, `${name}.token`, `${TOKENS[name]}\n`);
}

/** Writes a file into the stack's folder that only its owner may read. */
function secret(stack: Stack, name: string, text: string): string {
  const file = stack.file(name, text);
  fs.chmodSync(file, 0o600);
  return file;
}
