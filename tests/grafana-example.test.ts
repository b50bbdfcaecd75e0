// The Grafana dashboard of the examples asks for nothing that /metrics does not have.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PriceBookWriter } from '@tickline/price-book';
import { metrics } from '../src/dashboard/metrics.ts';
import { attachBook, processCounters } from '../src/monitoring/stack-book.ts';
import { PROJECT_ROOT } from '../src/platform/project-root.ts';
import { uniqueBook } from './packages/price-book/unique-book.ts';

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

test('every metric of the Grafana dashboard is exported', async (t) => {
  const name = uniqueBook(t);
  const written = new PriceBookWriter(['AAPL'], name, { ringCapacity: 8 });
  t.after(() => written.close());
  processCounters('strategy').attach(written);
  const slot = attachBook(name, { readOnly: false }).claimSlot('crossover');
  const { body } = await metrics(attachBook(name));
  slot.release();
  const exported = new Set([...String(body).matchAll(/^(tickline_\w+)/gm)].map(([metric]) => metric));

  const file = join(PROJECT_ROOT, 'examples', 'grafana', 'tickline.json');
  const { panels } = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
  const asked = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => [...expr.matchAll(/tickline_\w+/g)].map(([metric]) => metric)),
  );
  assert.ok(asked.length > 30);
  assert.deepEqual(
    asked.filter((metric) => !exported.has(metric)),
    [],
  );
});
