// The page: applies the server's messages, and paints what has changed with the next animation frame.

import type { Message } from '../messages.ts';
import { ChartHead } from './chart-head.ts';
import { Connection } from './connection.ts';
import { byId } from './dom.ts';
import { startEquityRanges } from './equity-ranges.ts';
import { EventsPanel } from './events-panel.ts';
import { startKeys } from './keys.ts';
import { LatencyStrip } from './latency-strip.ts';
import { renderLinks } from './links.ts';
import { Model, type Part } from './model.ts';
import { OrdersPanel } from './orders-panel.ts';
import { Painter } from './painter.ts';
import { PnlChart } from './pnl-chart.ts';
import { PositionsPanel } from './positions-panel.ts';
import { PriceChart } from './price-chart.ts';
import { ProcessStrip } from './process-strip.ts';
import { StackLine } from './stack-line.ts';
import { StrategiesPanel } from './strategies-panel.ts';
import { StrategySelect } from './strategy-select.ts';
import { SummaryBar } from './summary-bar.ts';
import { SymbolsPanel } from './symbols-panel.ts';
import { startTabs } from './tabs.ts';
import { startTheme } from './theme.ts';
import { fragmentOf, type View, viewOf } from './view.ts';

/** Orders are text: people cannot read faster changes. */
const ORDERS_MS = 250;
const EQUITY_MS = 900;

let view = viewOf(location.hash);
const model = new Model();
const connection = new Connection({ onMessage, onLive });
const summary = new SummaryBar(model);
const stackLine = new StackLine(model);
const strategySelect = new StrategySelect(model, chooseStrategy);
const symbols = new SymbolsPanel(model, choose);
const orders = new OrdersPanel(model, choose, change);
const positions = new PositionsPanel(model, choose);
const strategies = new StrategiesPanel(model, chooseStrategy);
const processes = new ProcessStrip(model);
const events = new EventsPanel(model);
const chartHead = new ChartHead(model, (range) => chooseChart({ range }));
const latencyStrip = new LatencyStrip(model);

/** Charts are slow to create, so they follow one after the other once the rest of the page is painted. */
let priceChart: PriceChart | undefined;
let pnlChart: PnlChart | undefined;
/** Whether the head and the table may lack something that the model has. */
let isPriceDue = true;
/** Whether the chart was asked to draw, and has not yet. */
let isDrawAwaited = false;

const painter = new Painter<Part | 'start' | 'charts' | 'view'>(
  [
    // Together, so that they never show two prices of one symbol.
    {
      when: [
        'view',
        'setup',
        'chart',
        'rows',
        'symbols',
        'positions',
        'sentiment',
        'seconds',
        'orders',
        'publishers',
        'charts',
      ],
      paint: paintMarket,
    },
    { when: ['setup', 'processes', 'readers'], paint: (now) => processes.render(now) },
    {
      when: ['view', 'setup', 'rows', 'positions', 'seconds', 'sentiment', 'sources', 'publishers'],
      paint: () => {
        summary.render();
        pnlChart?.setLatest(model.pnl());
      },
    },
    { when: ['setup'], paint: () => stackLine.render() },
    { when: ['view', 'strategies'], paint: () => strategySelect.render() },
    { when: ['setup', 'events'], paint: () => events.render() },
    { when: ['start'], paint: makePriceChart },
    { when: ['setup', 'charts'], paint: () => priceChart?.recolour() },
    { when: ['publishers'], paint: () => priceChart?.showStrategies() },
    { when: ['view', 'setup', 'orders'], paint: () => orders.render(), everyMs: ORDERS_MS },
    { when: ['view', 'setup', 'positions', 'rows'], paint: (now) => positions.render(now) },
    { when: ['view', 'setup', 'strategies', 'seconds', 'sources'], paint: (now) => strategies.render(now) },
    { when: ['start'], paint: makePnlChart },
    { when: ['view', 'setup', 'charts', 'equity'], paint: () => pnlChart?.render(), everyMs: EQUITY_MS },
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
const showTab = startTabs(byId('trading-tabs'), (tab) => {
  change({ tab });
  painter.invalidate(['orders', 'positions', 'strategies']);
});
const showEquityRange = startEquityRanges((equity) => {
  change({ equity });
  pnlChart?.setRange(equity);
});
byId('pause').addEventListener('click', pause);
byId('to-end').addEventListener('click', () => priceChart?.showEnd());
window.addEventListener('hashchange', () => {
  view = viewOf(location.hash);
  applyView();
});
applyView();
connection.start();
painter.invalidate(['start']);

function makePriceChart(): void {
  priceChart = new PriceChart(model, {
    onHover: (hovered) => chartHead.hover(hovered),
    onEnd: (isAtEnd) => {
      byId('to-end').hidden = isAtEnd;
    },
    onDraw,
  });
  painter.invalidate(['charts']);
}

function makePnlChart(): void {
  pnlChart = new PnlChart(model);
  pnlChart.setRange(view.equity);
  painter.invalidate(['charts']);
}

/** The head and the table follow in the animation frame in which the chart draws, so that all have one price. */
function paintMarket(): void {
  if (priceChart === undefined || isDrawAwaited) paintPrices(); // a chart without a size does not draw
  isPriceDue = true;
  isDrawAwaited = priceChart !== undefined;
  priceChart?.render();
}

/** The chart draws more often than there are prices. */
function onDraw(): void {
  isDrawAwaited = false;
  if (isPriceDue) paintPrices();
}

function paintPrices(): void {
  isPriceDue = false;
  chartHead.render(view.symbol);
  chartHead.renderRanges();
  symbols.choose(view.symbol || model.chart.symbol);
  symbols.render(performance.now());
}

/** Shows what the URL says. */
function applyView(): void {
  model.strategy = view.strategy;
  orders.setFilter(view);
  showTab(view.tab);
  showEquityRange(view.equity);
  connection.choose({ choose: view.symbol, range: view.range });
  renderLinks(view.strategy);
  priceChart?.showStrategies();
  painter.invalidate(['view']);
}

/** Keeps what the user has chosen in the URL. */
function change(part: Partial<View>): void {
  view = { ...view, ...part };
  history.replaceState(null, '', `${location.pathname}${location.search}${fragmentOf(view)}`);
}

function onMessage(message: Message): void {
  isPriceDue = true;
  painter.invalidate(model.apply(message, performance.now()));
}

function onLive(live: boolean): void {
  summary.showLive(live);
}

function choose(symbol: string): void {
  chooseChart({ symbol });
}

function chooseChart(part: Partial<View>): void {
  change(part);
  connection.choose({ choose: view.symbol, range: view.range });
  painter.invalidate(['view']);
}

function chooseStrategy(strategy: string): void {
  change({ strategy });
  applyView();
}

function pause(): void {
  const paused = priceChart?.pause() ?? false;
  const button = byId('pause');
  button.setAttribute('aria-pressed', String(paused));
  button.textContent = paused ? '▶' : '❚❚';
  button.title = paused ? 'Resume the chart (P)' : 'Pause the chart (P)';
}
