// The last scene: the whole stack by one command, a killed Strategy, and the summary.

import { SIZE } from './screen.ts';
import type { Stage } from './stage.ts';
import type { Place } from './terminal.ts';

const HEIGHT = SIZE.height - SIZE.caption;
const TOP: Place = { x: 0, y: 0, width: SIZE.width, height: HEIGHT - 130 };
const BOTTOM: Place = { x: 0, y: HEIGHT - 130, width: SIZE.width, height: 130 };

export async function allByOneCommand(stage: Stage): Promise<void> {
  const run = await stage.terminal('All four with one command', TOP);
  const killer = await stage.terminal('Meanwhile', BOTTOM);
  stage.caption(
    'All four with one command',
    'It starts each process when the ones before are ready, and restarts any that dies.',
  );
  await run.type('./tickline run --rate 300 --symbols AA,BA,CAT,DIS,IBM,KO,MSFT,PG');
  await stage.stack.until('the run fills orders', () => stage.stack.counter('strategy.ordersFilled') > 5);
  await stage.hold(1);

  const pid = stage.stack.counter('strategy.pid');
  stage.caption('kill -9 again', 'This time the Strategy is restarted automatically, within a second.');
  await killer.type(`kill -9 ${pid}    # the Strategy`);
  await stage.stack.until('there is another Strategy', () => stage.stack.counter('strategy.pid') !== pid);
  const filled = stage.stack.counter('strategy.ordersFilled');
  await stage.stack.until(
    'orders are filled again',
    () => stage.stack.counter('strategy.ordersFilled') > filled + 3,
  );
  await stage.hold(1.5);

  stage.caption('The summary', 'Every tick and every order is accounted for: sent, applied, seen, traded.');
  await run.pressCtrlC();
  await stage.hold(7);
}
