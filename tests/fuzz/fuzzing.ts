// Fuzzing without a compiler or a server: passes randomly mutated inputs, drawn from a seed, to a decoder for some time. An
// input that makes it fail is shrunk and kept in corpus/<target>, with which every later run starts.

import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { testSeed } from '../seed.ts';
import { Mutator } from './mutator.ts';

/** A decoder, and what must hold for any input. */
export interface Target {
  /** Its folder in corpus/. */
  readonly name: string;
  /** Throws if a promise is broken. */
  check(input: Buffer): void | Promise<void>;
}

const CORPUS = path.join(import.meta.dirname, 'corpus');
const SHRINK_TRIES = 500;
const SLACK_MS = 60_000;

/** Registers a test that passes its corpus to a target, and then new inputs for `budgetMs`. */
export function fuzz(target: Target, budgetMs: number): void {
  test(`any input is decoded or rejected: ${target.name}`, { timeout: budgetMs + SLACK_MS }, async (t) => {
    const corpus = corpusOf(target);
    for (const [file, input] of corpus) {
      const failure = await failureOf(target, input);
      if (failure) throw new Error(`${file} from the corpus fails`, { cause: failure });
    }
    const mutator = new Mutator([...corpus.values()], testSeed);
    const end = performance.now() + budgetMs;
    let inputs = 0;
    for (; performance.now() < end && !t.signal.aborted; inputs++) {
      const input = mutator.next();
      const failure = await failureOf(target, input);
      if (failure) throw await kept(target, input, failure);
    }
    t.diagnostic(`${corpus.size} kept inputs and ${inputs} new ones, seed ${testSeed}`);
  });
}

function corpusOf({ name }: Target): Map<string, Buffer> {
  const folder = path.join(CORPUS, name);
  return new Map(
    fs
      .readdirSync(folder)
      .sort()
      .map((file) => [path.join(folder, file), fs.readFileSync(path.join(folder, file))]),
  );
}

async function failureOf(target: Target, input: Buffer): Promise<unknown> {
  try {
    await target.check(input);
    return undefined;
  } catch (failure) {
    return failure ?? new Error('it threw undefined');
  }
}

/** Writes the smallest failing input, and returns the error that names it. */
async function kept(target: Target, input: Buffer, failure: unknown): Promise<Error> {
  const small = await shrunk(target, input);
  const hash = createHash('sha256').update(small).digest('hex').slice(0, 12);
  const file = path.join(CORPUS, target.name, `found-${hash}`);
  fs.writeFileSync(file, small);
  const shown = JSON.stringify(small.toString('latin1').slice(0, 200));
  return new Error(`${file} fails, seed ${testSeed}: ${shown}; commit it with the fix`, {
    cause: failure,
  });
}

/** Removes ever smaller pieces, as long as the rest still fails. */
async function shrunk(target: Target, input: Buffer): Promise<Buffer> {
  let small = input;
  let tries = 0;
  for (let size = small.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < small.length && tries < SHRINK_TRIES; tries++) {
      const less = Buffer.concat([small.subarray(0, at), small.subarray(at + size)]);
      if ((await failureOf(target, less)) === undefined) at += size;
      else small = less;
    }
  }
  return small;
}
