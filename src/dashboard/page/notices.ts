// What the user must know, in one line each. It uses no DOM.

import type { Model } from './model.ts';

/** The most urgent first. */
export function noticesOf({
  sources,
  setup,
  publishers,
}: Pick<Model, 'sources' | 'setup' | 'publishers'>): string[] {
  const texts = [
    ...(sources ? haltTexts(sources.halts, setup?.resumeCommand ?? './tickline resume') : []),
    sources?.ended,
    sources?.feed,
    sources?.book,
    sources?.news,
    sources?.orders,
    sources?.sampling && 'Too many ticks to follow: candles and the chart use samples.',
    ...publishers.map(
      ({ strategy, problem }) => problem && `Signals of strategy ${strategy} are not shown: ${problem}`,
    ),
  ];
  return texts.filter((text) => typeof text === 'string' && text !== '') as string[];
}

function haltTexts(
  { all, strategies }: { readonly all: boolean; readonly strategies: readonly string[] },
  resume: string,
): string[] {
  const whole = all
    ? [`All trading is halted: the OrderManager rejects every order. To resume: ${resume}`]
    : [];
  const some = strategies.map(
    (name) =>
      `Strategy ${name} is halted: its orders are rejected${all ? '' : ', those of any other are not'}. ` +
      `To resume: ${resume} --only ${name}`,
  );
  return [...whole, ...some];
}
