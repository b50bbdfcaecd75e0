// Files with a column for the price: one row, one tick.

import {
  ASK_NAMES,
  BID_NAMES,
  DATE_NAMES,
  PRICE_NAMES,
  placeOf,
  SYMBOL_NAMES,
  TIME_NAMES,
  TIME_OF_DAY_NAMES,
} from './column-names.ts';
import type { ColumnHints, Columns, PriceColumn, Row } from './columns.ts';
import { isTimeOfDay } from './time-of-day.ts';

type IsTime = ColumnHints['isTime'];

/** The columns with the usual names, if row `header` has them. */
export function longColumns(rows: readonly Row[], header: number, isTime: IsTime): Columns | undefined {
  const names = rows[header] ?? [];
  const sample = rows.slice(header + 1);
  const price = pricePlace(names);
  const symbol = placeOf(names, SYMBOL_NAMES);
  const time = timePlaces(names, sample, isTime, symbol !== -1);
  if (time === undefined || price === undefined) return undefined;
  return described(names, {
    ...time,
    symbol: symbol === -1 ? undefined : symbol,
    prices: [price],
    headerRows: header + 1,
  });
}

export function pricePlace(names: Row): PriceColumn | undefined {
  const price = placeOf(names, PRICE_NAMES);
  if (price !== -1) return { price };
  const [bid, ask] = [placeOf(names, BID_NAMES), placeOf(names, ASK_NAMES)];
  return bid === -1 || ask === -1 ? undefined : { price: bid, ask };
}

export type TimePlaces = Pick<Columns, 'time' | 'timeOfDay'>;

export function timePlaces(
  names: Row,
  sample: readonly Row[],
  isTime: IsTime,
  hasSymbol: boolean,
): TimePlaces | undefined {
  const [date, clock] = [placeOf(names, DATE_NAMES), placeOf(names, TIME_OF_DAY_NAMES)];
  const areApart = date !== -1 && clock !== -1 && date !== clock && sample.length > 0;
  if (areApart && sample.every((row) => isTimeOfDay(row[clock] ?? '')))
    return { time: date, timeOfDay: clock };
  const time = placeOf(names, TIME_NAMES);
  if (time !== -1) return { time };
  // pandas leaves the name of an index out.
  const isIndex = /^(?:|unnamed: 0|index)$/i.test(names[0] ?? 'x');
  return isIndex && (hasSymbol || sample.length > 0) && isTime(sample[0]?.[0] ?? '')
    ? { time: 0 }
    : undefined;
}

/** Adds what the log says about them. */
export function described(names: Row, columns: Omit<Columns, 'about' | 'width'>): Columns {
  const name = (place: number) => names[place].trim() || `column ${place + 1}`;
  const { time, timeOfDay, symbol, prices } = columns;
  const [{ price, ask }] = prices;
  const others = PRICE_NAMES.slice(0, 5)
    .map((kind) => placeOf(names, [kind]))
    .filter((place) => place !== -1 && place !== price && ask === undefined);
  const parts = [
    `time from ${name(time)}${timeOfDay === undefined ? '' : ` and ${name(timeOfDay)}`}`,
    ...(symbol === undefined ? [] : [`symbol from ${name(symbol)}`]),
    ask === undefined
      ? `price from ${name(price)}`
      : `price from the middle of ${name(price)} and ${name(ask)}`,
  ];
  const choice =
    others.length === 0
      ? ''
      : ` (not ${others.map(name).join(', ')}: choose with --columns price="${name(others[0])}")`;
  return { ...columns, width: names.length, about: parts.join(', ') + choice };
}
