import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { Connection } from '../../src/transport/connection.ts';
import { DirectReads, type ReadWait } from '../../src/transport/direct-reads.ts';
import { until } from '../../tools/testing/poll.ts';
import fc from '../property.ts';
import { Listener } from './listener.ts';
import { HOST, type Peer } from './peer.ts';

const LIMIT = { timeout: 60_000 };
const WAITS: readonly ReadWait[] = ['block', 'spin'];
const O_NONBLOCK = 0o4000;
const BUFFER_BYTES = 1024;

/** A connection that `direct` reads while bytes come one after another. */
class Stage {
  readonly connection: Connection;
  readonly direct: DirectReads;
  received = '';
  /** The same, of the direct reads alone. */
  receivedDirectly = '';
  quiets = 0;
  readonly closed: Promise<void>;
  closeReason: string | undefined;
  /** What onBytes() returns. */
  readsOn = true;
  onBytes: () => void = () => {};
  readonly #peer: Peer;

  static async open(t: TestContext, wait: ReadWait): Promise<{ stage: Stage; peer: Peer }> {
    const listener = await Listener.open(t);
    const buffer = new Uint8Array(BUFFER_BYTES);
    let stage: Stage | undefined;
    const onread = {
      buffer,
      callback: (length: number) => stage?.onEventLoop(buffer, length) ?? true,
    };
    const socket = net.connect({ host: HOST, port: listener.port, noDelay: true, onread });
    await once(socket, 'connect');
    await until('the listener has it', () => listener.peers.length === 1);
    stage = new Stage(socket, buffer, wait, listener.peer);
    t.after(() => stage.connection.close());
    return { stage, peer: listener.peer };
  }

  private constructor(socket: net.Socket, buffer: Uint8Array, wait: ReadWait, peer: Peer) {
    this.#peer = peer;
    this.connection = new Connection(socket);
    this.closed = new Promise((resolve) => this.connection.onClose(resolve));
    socket.on('error', (error) => {
      this.closeReason = error.message;
    });
    this.direct = new DirectReads(this.connection, buffer, wait, {
      onBytes: (length) => {
        this.receivedDirectly += this.#note(buffer, length);
        this.onBytes();
        return this.readsOn;
      },
      onQuiet: () => {
        this.quiets++;
        this.connection.resume();
      },
    });
  }

  /** Returns once the connection is read directly, with nothing received. */
  async begin(): Promise<void> {
    while (!this.direct.isReading) {
      const { length } = this.received;
      this.#peer.send('-');
      await until('a byte arrives', () => this.received.length > length);
    }
    this.received = '';
    this.receivedDirectly = '';
  }

  /** Returns once `text` was read directly. When this process has stalled meanwhile, the event loop reads it. */
  async readDirectly(text: string): Promise<void> {
    do {
      await this.begin();
      this.#peer.send(text);
      await until(`${text} arrives`, () => this.received === text);
    } while (this.receivedDirectly !== text);
  }

  onEventLoop(buffer: Uint8Array, length: number): boolean {
    this.#note(buffer, length);
    return !this.direct.takesOver();
  }

  get isNonBlocking(): boolean {
    const [, flags = ''] =
      /^flags:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/self/fdinfo/${this.connection.fd}`, 'latin1')) ?? [];
    return (Number.parseInt(flags, 8) & O_NONBLOCK) !== 0;
  }

  #note(buffer: Uint8Array, length: number): string {
    const text = Buffer.from(buffer.subarray(0, length)).toString('latin1');
    this.received += text;
    return text;
  }
}

for (const wait of WAITS) {
  test(`${wait}: every byte arrives once, in order`, LIMIT, async (t) => {
    const { stage, peer } = await Stage.open(t, wait);
    const text = fc.string({ minLength: 1, maxLength: 3_000, unit: 'binary-ascii' });
    let wholeDirectly = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 5, maxLength: 20 }), async (texts) => {
        await stage.begin();
        for (const chunk of texts) {
          peer.send(chunk);
          await new Promise(setImmediate); // runs between direct reads too
        }
        const sent = texts.join('');
        await until('all arrives', () => stage.received.length >= sent.length);
        assert.equal(stage.received, sent);
        if (stage.receivedDirectly === sent) wholeDirectly++;
      }),
      { numRuns: 20 },
    );
    assert.ok(wholeDirectly > 0, 'no stream was read directly');
  });

  test(
    `${wait}: when no bytes come the event loop reads again, and later gives up again`,
    LIMIT,
    async (t) => {
      const { stage } = await Stage.open(t, wait);
      await stage.readDirectly('c');
      const { quiets } = stage;
      await until('it is quiet', () => stage.quiets > quiets);
      assert.deepEqual([stage.direct.isReading, stage.isNonBlocking], [false, true]);
      await stage.readDirectly('d');
    },
  );

  test(`${wait}: a handler that wants no more bytes gets none until it reads again`, LIMIT, async (t) => {
    const { stage, peer } = await Stage.open(t, wait);
    stage.readsOn = false;
    await stage.readDirectly('c');
    const { quiets } = stage;
    assert.deepEqual([stage.direct.isReading, stage.isNonBlocking], [false, true]);
    peer.send('d');
    for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
    assert.deepEqual([stage.received, stage.quiets], ['c', quiets]);
    stage.connection.resume();
    await until('d arrives', () => stage.received === 'cd');
  });

  test(
    `${wait}: such a handler gets none either if the event loop was told to read meanwhile`,
    LIMIT,
    async (t) => {
      const { stage, peer } = await Stage.open(t, wait);
      await stage.begin();
      stage.readsOn = false;
      assert.equal(stage.direct.takesOver(), true); // as after bytes that the event loop has read
      const full = 'c'.repeat(BUFFER_BYTES);
      peer.send(`${full}d`);
      await until('the buffer is full', () => stage.received.length >= BUFFER_BYTES);
      for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
      assert.equal(stage.received, full);
    },
  );

  test(`${wait}: bytes before the end of the stream arrive, then the connection closes`, LIMIT, async (t) => {
    const { stage, peer } = await Stage.open(t, wait);
    await stage.begin();
    peer.send('c');
    peer.end();
    await stage.closed;
    assert.deepEqual([stage.received, stage.closeReason], ['c', undefined]);
  });

  test(`${wait}: a reset closes the connection and says so`, LIMIT, async (t) => {
    const { stage, peer } = await Stage.open(t, wait);
    await stage.begin();
    peer.reset();
    await stage.closed;
    assert.match(stage.closeReason ?? '', /ECONNRESET/);
  });

  test(`${wait}: a handler may close the connection`, LIMIT, async (t) => {
    const { stage } = await Stage.open(t, wait);
    stage.onBytes = () => stage.connection.close();
    await stage.readDirectly('c');
    await stage.closed;
    await new Promise(setImmediate);
    assert.deepEqual([stage.received, stage.direct.isReading], ['c', false]);
  });
}
