// Latencies as one row per setting, with the ways of a tick side by side.

import type { Case, Measure } from '../benchmark.ts';
import { tableOf, withSpread } from './format.ts';

const WAY = /^tick to ([^,]+), (.+)$/;
const PERCENTILES = ['p50', 'p99'];

/** @param cases all named `tick to <way>, <setting>` */
export function waysTable(cases: readonly Case[]): string {
  const bySetting = new Map<string, Map<string, Case['measures']>>();
  const ways = new Set<string>();
  for (const { name, measures } of cases) {
    const [, way = '', setting = ''] = WAY.exec(name) ?? [];
    ways.add(way);
    const measuresByWay = bySetting.get(setting) ?? new Map<string, Case['measures']>();
    bySetting.set(setting, measuresByWay.set(way, measures));
  }
  const columns = [...ways].flatMap((way) => PERCENTILES.map((percentile) => ({ way, percentile })));
  const rows = [...bySetting].map(([setting, measuresByWay]) => [
    setting,
    ...columns.map(({ way, percentile }) => cellOf(measuresByWay.get(way)?.[percentile])),
  ]);
  return tableOf(['tick to', ...columns.map(({ way, percentile }) => `${way}, ${percentile}`)], rows);
}

function cellOf(measure: Measure | undefined): string {
  return measure ? withSpread(measure) : '';
}
