// The ways in which a row, here one number, goes to another process or thread and back.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import {
  createSharedFile,
  type Doorbell,
  doorbell,
  openSharedFile,
  ring,
  SharedFileNotFoundError,
} from '@tickline/price-book/shared-memory';

const SIDE = path.join(import.meta.dirname, 'pass-side.ts');
const READY_MS = 20_000;

/** Names what both sides use. */
export interface Place {
  readonly way: string;
  readonly name: string;
  readonly folder: string;
}

export interface Asker {
  /** Resolves when the row has come back. */
  pass(n: number): Promise<void> | void;
  /** Ends the other side. */
  end(): void;
}

interface Way {
  ask(place: Place): Promise<Asker>;
  answer(place: Place): Promise<void>;
}

export type WayName = keyof typeof WAYS;

export const WAYS = {
  'ring and doorbell, two processes': rings((bell, value) => bell.wait(value)),
  'ring and doorbell, two processes, blocked': rings((bell, value) => bell.waitHere(value)),
  'child_process, send': { ask: askChild, answer: answerParent },
  'Unix socket, two processes': { ask: askSocket, answer: answerSocket },
  'worker_threads, postMessage': { ask: askWorker, answer: answerPort },
  'worker_threads, Atomics.wait, blocked': { ask: askThread, answer: answerThread },
} satisfies Record<string, Way>;

function startSide({ way, name, folder }: Place): ChildProcess {
  return fork(SIDE, ['answer', way, name, folder]);
}

const PARTS = { rows: ring(64, { n: 'f64' }), bell: doorbell() };
const nameOf = (name: string, side: string) => `tickline-${name}.${side}`;

function rings(wait: (bell: Doorbell, value: number) => Promise<void> | void): Way {
  return {
    async ask(place) {
      const own = createSharedFile(nameOf(place.name, 'ask'), PARTS);
      const child = startSide(place);
      const other = (await opened(nameOf(place.name, 'answer'))).parts;
      const answers = other.rows.reader();
      const pass = async (n: number) => {
        let before = other.bell.value;
        own.parts.rows.push({ n });
        own.parts.bell.ring();
        for (; answers.read().length === 0; before = other.bell.value) await wait(other.bell, before);
      };
      return { pass, end: () => void child.kill('SIGKILL') };
    },
    async answer({ name }) {
      const asked = (await opened(nameOf(name, 'ask'))).parts;
      const questions = asked.rows.reader(); // before the asker finds the file below, and asks
      const own = createSharedFile(nameOf(name, 'answer'), PARTS).parts;
      for (;;) {
        const before = asked.bell.value;
        for (const row of questions.read()) {
          own.rows.push(row);
          own.bell.ring();
        }
        await wait(asked.bell, before);
      }
    },
  };
}

/** The other side may not have made its file yet. */
async function opened(name: string) {
  for (const until = performance.now() + READY_MS; ; await sleep(5)) {
    try {
      return openSharedFile(name, PARTS, { writable: true });
    } catch (error) {
      if (!(error instanceof SharedFileNotFoundError) || performance.now() > until) throw error;
    }
  }
}

async function askChild(place: Place): Promise<Asker> {
  const child = startSide(place);
  const send = (row: { n: number }) => child.send(row);
  return askByMessages(child, send, () => child.kill('SIGKILL'));
}

async function askByMessages(
  side: ChildProcess | Worker,
  send: (row: { n: number }) => void,
  end: () => unknown,
): Promise<Asker> {
  await once(side, 'message'); // it is ready
  const pass = (n: number) =>
    new Promise<void>((resolve) => {
      side.once('message', () => resolve());
      send({ n });
    });
  return { pass, end: () => void end() };
}

async function answerParent(): Promise<void> {
  process.on('message', (row) => process.send?.(row));
  process.send?.('ready');
}

const socketPath = ({ folder }: Place) => path.join(folder, 'pass.sock');

async function askSocket(place: Place): Promise<Asker> {
  const server = net.createServer().listen(socketPath(place));
  const child = startSide(place);
  const [socket] = (await once(server, 'connection')) as [net.Socket];
  const row = new Float64Array(1);
  const bytes = new Uint8Array(row.buffer);
  const pass = (n: number) =>
    new Promise<void>((resolve) => {
      row[0] = n;
      socket.once('data', () => resolve());
      socket.write(bytes);
    });
  const end = () => {
    child.kill('SIGKILL');
    socket.destroy();
    server.close();
  };
  return { pass, end };
}

async function answerSocket(place: Place): Promise<void> {
  const socket = net.connect(socketPath(place));
  socket.on('data', (bytes) => socket.write(bytes));
}

async function askWorker(place: Place): Promise<Asker> {
  const worker = startThread(place);
  const send = (row: { n: number }) => worker.postMessage(row);
  return askByMessages(worker, send, () => worker.terminate());
}

async function answerPort(): Promise<void> {
  parentPort?.on('message', (row) => parentPort?.postMessage(row));
  parentPort?.postMessage('ready');
}

/** Two words that count questions and answers, then the row. */
class SharedRow {
  readonly words: Int32Array;
  readonly value: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, 2);
    this.value = new Float64Array(memory, 2 * Int32Array.BYTES_PER_ELEMENT, 1);
  }
}

async function askThread(place: Place): Promise<Asker> {
  const memory = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT + Float64Array.BYTES_PER_ELEMENT);
  const { words, value } = new SharedRow(memory);
  const worker = startThread(place, memory);
  await once(worker, 'online');
  const pass = (n: number) => {
    const before = Atomics.load(words, 1);
    value[0] = n;
    Atomics.add(words, 0, 1);
    Atomics.notify(words, 0);
    while (Atomics.load(words, 1) === before) Atomics.wait(words, 1, before);
  };
  return { pass, end: () => void worker.terminate() };
}

async function answerThread(): Promise<void> {
  const { words } = new SharedRow(workerData);
  for (let seen = 0; ; seen++) {
    while (Atomics.load(words, 0) === seen) Atomics.wait(words, 0, seen);
    Atomics.add(words, 1, 1);
    Atomics.notify(words, 1);
  }
}

function startThread({ way, name, folder }: Place, memory?: SharedArrayBuffer): Worker {
  return new Worker(SIDE, { argv: ['answer', way, name, folder], workerData: memory });
}
