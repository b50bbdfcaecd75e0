// How all charts look and behave, apart from what they show.

import type { ChartOptions, DeepPartial, Time } from 'lightweight-charts';
import { timeOfDay, timeOfDayToTenth } from './format.ts';
import { type Colours, chartFontSize } from './theme.ts';

const MS_PER_S = 1_000;
const AXIS_PX = 64;

/** @param isFine whether times have tenths of seconds, as ticks do */
export function chartOptions(isFine: boolean): DeepPartial<ChartOptions> {
  const text = isFine ? timeOfDayToTenth : timeOfDay;
  return {
    autoSize: true,
    layout: { attributionLogo: false, panes: { enableResize: false } },
    localization: { timeFormatter: (time: Time) => timeOfDay(Number(time) * MS_PER_S, isFine) },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      allowBoldLabels: false,
      tickMarkFormatter: (time: Time) => text(Number(time) * MS_PER_S),
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
