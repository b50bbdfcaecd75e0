// The sections of the report about a sweep or a walk-forward.

import { grouped } from '../../platform/counted.ts';
import { decimal, percent } from '../outcome-text.ts';
import { chosenText, type SearchFacts } from '../search-text.ts';
import { type SweepResult, sweptText, type Try } from '../sweep/sweep.ts';
import { html, type Markup } from './html.ts';

/** A cell has a number where there are no more columns. */
const NUMBERED_COLUMNS_MAX = 20;
/** Pixels. */
const CELL_WIDTH_MIN = 24;

export function searchSections(search: SearchFacts | undefined, sweep: SweepResult | undefined): Markup[] {
  if (search === undefined) return [];
  if (sweep === undefined) return [walkForwardSection(search)];
  const [{ chosen, peak }] = search.sweeps;
  return [
    html`<h2>Sweep <small>${grouped(search.tries)} tries; Sharpe ratio, daily</small></h2>
<p>Plateau, which is traded above: ${chosenText(chosen)}.</p><p>Peak: ${chosenText(peak)}.</p>
<p class="dim">Skill after all tries is the deflated Sharpe ratio: the probability that the true ratio is above zero, given how many were tried.</p>
<div class="scroll" tabindex="0">${heatMap(sweep)}</div>`,
  ];
}

function walkForwardSection({ tries, sweeps }: SearchFacts): Markup {
  const rows = sweeps.map(
    ({ train, test, chosen }) =>
      html`<tr><td>${train ?? ''}</td><td>${test ?? ''}</td><td>${chosen.parameters}</td><td>${decimal(chosen.sharpe)}</td><td>${decimal(chosen.plateauSharpe)}</td><td>${percent(chosen.deflatedSharpe)}</td></tr>`,
  );
  const names = [
    'Training',
    'Test',
    'Chosen',
    'Sharpe in training',
    'With its neighbours',
    'Skill after all tries',
  ];
  const head = names.map((name) => html`<th scope="col">${name}</th>`);
  return html`<h2>Walk-forward <small>${grouped(tries)} tries per training period; above are the test periods, one after another</small></h2>
<div class="scroll"><table class="numbers"><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Rows and columns are the first two parameters; of further ones, each cell has the best. */
function heatMap(sweep: SweepResult): Markup {
  const [first, second] = sweep.ranges;
  const columns = second?.values ?? [Number.NaN];
  const best = bestByCell(sweep);
  const full = Math.max(...sweep.tries.map(({ figures: { sharpe } }) => Math.abs(sharpe) || 0), 1e-9);
  const rows = first.values.map((value, row) => {
    const cells = columns.map((_, column) =>
      cellOf(sweep, best.get(`${row},${column}`), full, columns.length),
    );
    return html`<tr><th scope="row">${value}</th>${cells}</tr>`;
  });
  const corner = second === undefined ? first.name : `${first.name} \\ ${second.name}`;
  const head = columns.map((value) => html`<th scope="col">${Number.isNaN(value) ? '' : value}</th>`);
  return html`<table class="heat" data-chart="heat" style="min-width: ${CELL_WIDTH_MIN * columns.length}px"><thead><tr><th scope="col">${corner}</th>${head}</tr></thead><tbody>${rows}</tbody></table>`;
}

function bestByCell({ tries }: SweepResult): Map<string, Try> {
  const best = new Map<string, Try>();
  for (const one of tries) {
    const [row, column = 0] = one.place;
    const known = best.get(`${row},${column}`);
    if (known === undefined || !(known.figures.sharpe >= one.figures.sharpe))
      best.set(`${row},${column}`, one);
  }
  return best;
}

function cellOf(sweep: SweepResult, tried: Try | undefined, full: number, columns: number): Markup {
  if (tried === undefined) return html`<td></td>`;
  const { sharpe } = tried.figures;
  const isChosen = tried.place.join() === sweep.chosen.tried.place.join();
  const strength = Math.round((Math.abs(sharpe || 0) / full) * 85);
  const title = `${sweptText(sweep, tried.parameters)}: ${decimal(sharpe)}`;
  const text = columns <= NUMBERED_COLUMNS_MAX ? decimal(sharpe) : '';
  return html`<td class="${sharpe < 0 ? 'loss' : 'gain'}${isChosen ? ' chosen' : ''}" style="--strength: ${strength}%" title="${title}">${text}</td>`;
}
