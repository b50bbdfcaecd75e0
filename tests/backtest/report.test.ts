import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html, raw } from '../../src/backtest/report/html.ts';
import { linePath } from '../../src/backtest/report/line.ts';
import { linear, roundValues, timeLabels } from '../../src/backtest/report/scale.ts';
import { symbolChart } from '../../src/backtest/report/symbol-chart.ts';

test('text in the report is escaped, and markup is not', () => {
  const name = `<img src="x" onerror='y'>&`;
  assert.equal(
    html`<p>${name}${raw('<br>')}</p>`.markup,
    '<p>&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;<br></p>',
  );
});

test('a line keeps the lowest and the highest point of each pixel column', () => {
  const values = Float64Array.from({ length: 100_000 }, (_, index) => Math.sin(index));
  values[50_123] = 5;
  values[70_456] = -5;
  const points = { count: values.length, x: (index: number) => index, y: (index: number) => values[index] };
  const path = linePath(points, linear(0, 100_000, 0, 100), linear(-5, 5, 100, 0));
  const all = path
    .slice(1)
    .split('L')
    .map((pair) => Number(pair.split(' ')[1]));
  assert.ok(all.length < 500, `${all.length} points`);
  assert.ok(all.includes(0) && all.includes(100));
});

test('the values of an axis are round', () => {
  assert.deepEqual(roundValues({ low: 9_700, high: 10_400 }, 6), [9_800, 10_000, 10_200, 10_400]);
});

test('a long period has years, and a short one days', () => {
  const texts = (from: string, to: string) =>
    timeLabels(Date.parse(from), Date.parse(to), 11).map(({ text }) => text);
  assert.deepEqual(texts('1990-12-31', '1995-02-01'), ['1991', '1992', '1993', '1994', '1995']);
  assert.deepEqual(texts('2001-07-01', '2001-07-05'), [
    '2001-07-01',
    '2001-07-02',
    '2001-07-03',
    '2001-07-04',
  ]);
});

test('indicators in USD are drawn over the price, and each other one below on a scale of its own', () => {
  const points = (values: readonly number[]) => ({
    count: values.length,
    x: (index: number) => index * 86_400_000,
    y: (index: number) => values[index],
  });
  const line = { timesMs: [0, 86_400_000], values: [30, 70] };
  const chart = symbolChart(
    'A',
    points([10, 20]),
    [],
    [
      { name: 'average <10>', scale: 'price', ...line, values: [5, 40] },
      { name: 'RSI', scale: 'own', ...line },
    ],
  ).markup;
  const [price, own] = chart.split('</svg>');
  assert.match(price, /class="indicator i0"/);
  assert.match(price, />40</, 'the scale has room for the indicator');
  assert.match(own, /aria-label="RSI of A"[\s\S]*class="indicator i1"/);
  assert.match(chart, /<figcaption>.*average &lt;10&gt;.*RSI/);
  assert.doesNotMatch(symbolChart('A', points([10, 20]), []).markup, /figcaption|indicator/);
});
