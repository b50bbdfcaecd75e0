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

/** What is read, and not watched like a line, need not change faster. */
const ORDERS_MS = 250;

/** Each takes a while to make: they come one after the other, when the rest of the page is there. */
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
startTabs(byId('trading-tabs'), () => painter.ask(['orders', 'positions']));
byId('pause').addEventListener('click', pause);
connection.start();
painter.ask(['start']);

function makePriceChart(): void {
  priceChart = new PriceChart(model);
  painter.ask(['charts']);
}

function makePnlChart(): void {
  pnlChart = new PnlChart(model);
  painter.ask(['charts']);
}

function onMessage(message: Message): void {
  painter.ask(model.apply(message, performance.now()));
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
  button.title = paused ? 'Let the chart go on (P)' : 'Pause the chart (P)';
}
