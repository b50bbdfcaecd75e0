// How all charts look and behave, apart from what they show.

import type { ChartOptions, DeepPartial, Time } from 'lightweight-charts';
import { marketTime, timeOfDay, timeOfDayToTenth } from './format.ts';
import { type Colours, chartFontSize } from './theme.ts';

const MS_PER_S = 1_000;
const AXIS_PX = 64;

/**
 * @param isFine whether times have tenths of seconds, as ticks do
 * @param marketTimeAt the market time to show for a time of the chart, in ms; null to show that time
 */
export function chartOptions(
  isFine: boolean,
  marketTimeAt: (timeS: number) => number | null = () => null,
): DeepPartial<ChartOptions> {
  const textOf = (time: Time, ofArrival: (ms: number) => string): string => {
    const market = marketTimeAt(Number(time));
    return market === null ? ofArrival(Number(time) * MS_PER_S) : marketTime(market);
  };
  const text = isFine ? timeOfDayToTenth : timeOfDay;
  return {
    autoSize: true,
    layout: { attributionLogo: false, panes: { enableResize: false } },
    localization: { timeFormatter: (time: Time) => textOf(time, (ms) => timeOfDay(ms, isFine)) },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      allowBoldLabels: false,
      tickMarkFormatter: (time: Time) => textOf(time, text),
    },
    rightPriceScale: { minimumWidth: AXIS_PX },
  };
}

/** The colours of the present theme. */
export function chartColours({ panel, dim, grid }: Colours): DeepPartial<ChartOptions> {
  return {
    layout: {
      background: { color: panel },
      textColor: dim,
      fontSize: chartFontSize(),
      panes: { separatorColor: grid },
    },
    grid: { vertLines: { color: grid }, horzLines: { color: grid } },
    timeScale: { borderColor: grid },
    rightPriceScale: { borderColor: grid },
  };
}
