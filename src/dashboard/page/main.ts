// The page: applies the server's messages, and paints what has changed with the next animation frame.

import type { Message } from '../messages.ts';
import { ChartHead } from './chart-head.ts';
import { Connection } from './connection.ts';
import { byId } from './dom.ts';
import { EventsPanel } from './events-panel.ts';
import { startKeys } from './keys.ts';
import { LatencyStrip } from './latency-strip.ts';
import { Model, type Part } from './model.ts';
import { OrdersPanel } from './orders-panel.ts';
import { Painter } from './painter.ts';
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
const latencyStrip = new LatencyStrip(model);

/** Orders are text: people cannot read faster changes. */
const ORDERS_MS = 250;

/** Charts are slow to create, so they follow one after the other once the rest of the page is painted. */
let priceChart: PriceChart | undefined;
let pnlChart: PnlChart | undefined;

const painter = new Painter<Part | 'start' | 'charts'>(
  [
    { when: ['setup', 'points', 'rows', 'sentiment'], paint: () => chartHead.render() },
    { when: ['setup', 'points'], paint: () => symbols.choose(model.charted) },
    { when: ['setup', 'rows', 'symbols', 'sentiment', 'seconds'], paint: (now) => symbols.render(now) },
    { when: ['setup', 'processes', 'readers'], paint: (now) => processes.render(now) },
    { when: ['setup', 'seconds', 'sentiment', 'sources'], paint: () => summary.render() },
    { when: ['setup', 'events'], paint: () => events.render() },
    { when: ['start'], paint: makePriceChart },
    { when: ['setup', 'charts'], paint: () => priceChart?.recolour() },
    { when: ['setup', 'charts', 'points', 'orders'], paint: () => priceChart?.render() },
    { when: ['setup', 'orders'], paint: () => orders.render(), everyMs: ORDERS_MS },
    { when: ['setup', 'positions', 'rows'], paint: (now) => positions.render(now) },
    { when: ['start'], paint: makePnlChart },
    { when: ['setup', 'charts', 'seconds'], paint: () => pnlChart?.render() },
    { when: ['setup', 'seconds'], paint: () => latencyStrip.render() },
  ],
  (paint) => requestAnimationFrame(paint),
);

startTheme(() => {
  priceChart?.recolour();
  pnlChart?.recolour();
  latencyStrip.recolour();
});
startKeys({ onPause: pause });
startTabs(byId('trading-tabs'), () => painter.invalidate(['orders', 'positions']));
byId('pause').addEventListener('click', pause);
connection.start();
painter.invalidate(['start']);

function makePriceChart(): void {
  priceChart = new PriceChart(model);
  painter.invalidate(['charts']);
}

function makePnlChart(): void {
  pnlChart = new PnlChart(model);
  painter.invalidate(['charts']);
}

function onMessage(message: Message): void {
  painter.invalidate(model.apply(message, performance.now()));
}

function onLive(live: boolean): void {
  summary.showLive(live);
}

function choose(symbol: string): void {
  connection.choose(symbol);
  symbols.choose(symbol);
}

function pause(): void {
  const paused = priceChart?.pause() ?? false;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? '▶' : '❚❚';
  button.title = paused ? 'Resume the chart (P)' : 'Pause the chart (P)';
}
