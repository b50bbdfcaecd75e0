// The page: takes what the server says, and shows it with the next picture of the screen.

import type { Message } from '../messages.ts';
import { ChartHead } from './chart-head.ts';
import { Connection } from './connection.ts';
import { byId } from './dom.ts';
import { EventsPanel } from './events-panel.ts';
import { startKeys } from './keys.ts';
import { LatencyStrip } from './latency-strip.ts';
import { Model, type Part } from './model.ts';
import { OrdersPanel } from './orders-panel.ts';
import { PnlChart } from './pnl-chart.ts';
import { PositionsPanel } from './positions-panel.ts';
import { PriceChart } from './price-chart.ts';
import { ProcessStrip } from './process-strip.ts';
import { SummaryBar } from './summary-bar.ts';
import { SymbolsPanel } from './symbols-panel.ts';
import { startTabs } from './tabs.ts';
import { startTheme } from './theme.ts';

const model = new Model();
const connection = new Connection({ onMessage, onLive });
const summary = new SummaryBar(model);
const symbols = new SymbolsPanel(model, choose);
const orders = new OrdersPanel(model, choose);
const positions = new PositionsPanel(model, choose);
const processes = new ProcessStrip(model);
const events = new EventsPanel(model);
const chartHead = new ChartHead(model);
const priceChart = new PriceChart(model);
const pnlChart = new PnlChart(model);
const latencyStrip = new LatencyStrip(model);

/** What is to be drawn with the next picture. */
let changed = new Set<Part>();
let isAsked = false;

startTheme(() => {
  priceChart.recolour();
  pnlChart.recolour();
  latencyStrip.recolour();
});
startKeys({ onPause: pause });
startTabs(byId('trading-tabs'), () => ask(['orders', 'positions']));
byId('pause').addEventListener('click', pause);
connection.start();
onLive(false);

function onMessage(message: Message): void {
  ask(model.apply(message, performance.now()));
}

function onLive(live: boolean): void {
  summary.showLive(live);
}

function choose(symbol: string): void {
  connection.choose(symbol);
  symbols.choose(symbol);
}

function pause(): void {
  const paused = priceChart.pause();
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? '▶ Go on' : '❚❚ Pause';
}

/** Messages of one picture are drawn together; of a page that is out of sight none is. */
function ask(parts: Iterable<Part>): void {
  for (const part of parts) changed.add(part);
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  const now = performance.now();
  const parts = changed;
  changed = new Set();
  isAsked = false;
  const has = (...wanted: Part[]) => wanted.some((part) => parts.has(part));
  if (has('setup')) priceChart.recolour();
  if (has('setup')) symbols.reset();
  if (has('points', 'rows', 'setup')) chartHead.render();
  if (has('points', 'setup')) symbols.choose(model.charted);
  if (has('points', 'orders', 'setup')) priceChart.render();
  if (has('rows', 'symbols', 'sentiment', 'seconds', 'setup')) symbols.render(now);
  if (has('orders', 'setup')) orders.render();
  if (has('positions', 'rows', 'setup')) positions.render(now);
  if (has('processes', 'readers', 'setup')) processes.render(now);
  if (has('seconds', 'setup')) pnlChart.render();
  if (has('seconds', 'setup')) latencyStrip.render();
  if (has('seconds', 'sentiment', 'sources', 'setup')) summary.render();
  if (has('events', 'setup')) events.render();
}
