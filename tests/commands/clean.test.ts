import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { clean } from '../../src/commands/clean.ts';
import { answerAll, laneOrder, reportsIn, TestLane } from '../order-lane/lanes.ts';
import { temporaryFolder } from '../order-store/temporary-folder.ts';

test('clean removes an order lane only when all its orders are answered', async (t) => {
  const folder = temporaryFolder(t);
  const lane = new TestLane(t);
  const file = path.join(folder, path.basename(lane.path));
  const strategy = lane.strategy();
  const manager = lane.manager(strategy);
  strategy.append(laneOrder(1));
  fs.copyFileSync(lane.path, file); // as a killed strategy leaves it: without a lock
  const printed = t.mock.method(console, 'log', () => {});
  await clean(folder);
  assert.ok(fs.existsSync(file));
  assert.match(
    String(printed.mock.calls[0]?.arguments[0]),
    /^kept .*: 1 order in it has no report; start its/,
  );

  answerAll(manager);
  assert.equal(reportsIn(strategy).length, 1);
  fs.copyFileSync(lane.path, file);
  await clean(folder);
  assert.equal(fs.existsSync(file), false);
  manager.close();
  strategy.close(true);
});
