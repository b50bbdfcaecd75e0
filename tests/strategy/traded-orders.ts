// An order session and an order server with a record, connected over a faulty line.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SymbolQuantity } from '../../src/domain/positions.ts';
import { SeededRandom } from '../../src/gateway/feeds/random.ts';
import { Execution } from '../../src/order-manager/execution.ts';
import { OrderServer } from '../../src/order-manager/order-server.ts';
import type { RecordedOrder } from '../../src/order-store/recorded-order.ts';
import { SqliteOrderStore } from '../../src/order-store/sqlite/sqlite-order-store.ts';
import { logonAcks } from '../../src/protocol/order-acks.ts';
import { OrderSession } from '../../src/strategy/order-session.ts';
import { PendingOrders } from '../../src/strategy/pending-orders.ts';
import { until } from '../../tools/testing/poll.ts';
import { unusedPort } from '../../tools/testing/unused-port.ts';
import { drawnFaults, type FaultChoice } from '../end-to-end/faults.ts';
import { FaultyLine } from '../end-to-end/faulty-line.ts';
import { riskControls } from '../order-manager/risk-controls.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';
import { HOST } from '../transport/peer.ts';
import { RecordedServer } from '../transport/recorded-server.ts';

const STRATEGY = 'faulty';
const SYMBOLS = ['A', 'B', 'C', 'D', 'E'];
const PRICE = 1.5;
const QUANTITY_MAX = 100;
const ORDERS_MAX = 1_000;
const ANSWER_TIMEOUT_MS = 150;
const FAULT_BYTES_MAX = { toClient: 3_000, toServer: 3_000 };
const UNIT = '{"type":';

/** An answered order: signed shares, and its id. */
interface AnsweredOrder extends SymbolQuantity {
  readonly clOrdId: string;
}

export interface Traded {
  readonly sent: number;
  readonly answered: readonly AnsweredOrder[];
  readonly recorded: readonly RecordedOrder[];
  /** Signed shares per symbol, as last reported to the strategy. */
  readonly held: ReadonlyMap<string, number>;
  /** Signed shares per symbol, as recorded. */
  readonly positions: ReadonlyMap<string, number>;
  readonly line: FaultyLine;
  /** The bad frames that either side reported. */
  readonly badFrames: readonly string[];
}

/** Sends `orders` orders over a line with faults drawn from `seed`, more until `hasSeen`, and waits until all are answered. */
export async function tradeOverFaultyLine(
  t: TestContext,
  seed: number,
  choice: FaultChoice,
  orders: number,
  hasSeen: (line: FaultyLine) => boolean = () => true,
): Promise<Traded> {
  const random = new SeededRandom(seed);
  const folder = temporaryFolder(t);
  const record = SqliteOrderStore.open(join(folder, 'orders.sqlite'), { fsync: false });
  t.after(() => record.close());
  const badFrames: string[] = [];
  const server = await orderServer(t, record, badFrames);
  const port = await unusedPort();
  const line = await FaultyLine.lay(t, port, server.port, UNIT);
  line.nextFault = drawnFaults(random, choice, FAULT_BYTES_MAX);

  const answered: AnsweredOrder[] = [];
  const held = new Map<string, number>();
  const pending = PendingOrders.open(join(folder, 'faulty.outbox'));
  t.after(() => pending.close());
  const session = new OrderSession(
    { host: HOST, port, strategy: STRATEGY, pending, answerTimeoutMs: ANSWER_TIMEOUT_MS },
    {
      onPositions: (positions) => {
        held.clear();
        for (const { symbol, quantity } of positions) held.set(symbol, quantity);
      },
      onReport: (report, { symbol, side, quantity, clOrdId }) => {
        assert.equal(report.status, 'FILLED');
        answered.push({ symbol, quantity: side === 'BUY' ? quantity : -quantity, clOrdId });
        held.set(symbol, report.position ?? Number.NaN);
      },
      onResent: () => {},
      onConnected: () => {},
      onNameInUse: () => {},
      onDown: () => {},
      onBadFrame: (reason) => badFrames.push(reason),
    },
  );
  t.after(() => session.stop());
  session.start();

  let sent = 0;
  const details = () => `seed ${seed}: ${sent} sent, ${pending.size} unanswered; ${line}`;
  while (sent < orders || (!hasSeen(line) && sent < ORDERS_MAX)) {
    const symbol = SYMBOLS[random.below(SYMBOLS.length)];
    await until('an order may be sent', () => session.canSend() && !pending.symbols.has(symbol), { details });
    const side = random.below(2) === 0 ? 'BUY' : 'SELL';
    session.send({ symbol, side, quantity: 1 + random.below(QUANTITY_MAX), price: PRICE });
    sent++;
    if (random.below(4) === 0) await sleep(random.below(5));
  }
  line.calm();
  await until('all are answered', () => pending.size === 0, { details });
  await session.stop();
  const positions = new Map(record.positionsOf(STRATEGY).map(({ symbol, quantity }) => [symbol, quantity]));
  return { sent, answered, recorded: [...record.orders()], held, positions, line, badFrames };
}

/** Executes each order when it arrives, as an OrderManager does with its groups. */
async function orderServer(
  t: TestContext,
  record: SqliteOrderStore,
  badFrames: string[],
): Promise<OrderServer> {
  const execution = new Execution(record, riskControls());
  const server: OrderServer = new OrderServer(
    { host: HOST, port: 0 },
    {
      onLogon: ({ strategy }) =>
        logonAcks(strategy, [
          record
            .positionsOf(strategy)
            .map(({ symbol, quantity }) => ({ symbol, quantity }))
            .filter(({ quantity }) => quantity !== 0),
        ]),
      onWatch: () => assert.fail('nobody watches'),
      onOrder: (client, order) => {
        assert.equal(order.type, 'order');
        const [{ report }] = execution.execute([{ strategy: client.strategy, order }]);
        client.report(report);
        server.sendReports();
      },
      onRead: () => {},
      onLogonRefused: () => {},
      openLane: () => assert.fail('no logon names a lane'),
    },
    new RecordedServer(badFrames),
  );
  t.after(() => server.close());
  await server.listen();
  return server;
}
