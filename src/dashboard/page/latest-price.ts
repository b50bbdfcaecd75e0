// The label of the latest price on the chart's axis. It is read when the chart draws, which is an animation frame after
// its data were set, and the rest of the page follows in the same frame: so all show one price.

import type {
  IPrimitivePaneView,
  ISeriesApi,
  ISeriesPrimitive,
  ISeriesPrimitiveAxisView,
  SeriesType,
  Time,
} from 'lightweight-charts';
import { price as priceText } from './format.ts';

export interface LatestPriceSource {
  /** USD; 0 before the first. */
  price(): number;
  /** The series that has data, for the place on the axis. */
  series(): ISeriesApi<SeriesType>;
  /** Of the text, and of the label behind it. */
  colours(): { readonly text: string; readonly back: string };
  /** The chart draws all but the crosshair: the label is drawn in the same call. */
  onDraw(): void;
}

export class LatestPrice implements ISeriesPrimitive<Time> {
  readonly #views: readonly IPrimitivePaneView[];
  readonly #label: ISeriesPrimitiveAxisView;

  constructor(source: LatestPriceSource) {
    const renderer = { draw: () => source.onDraw() };
    const coordinate = () => source.series().priceToCoordinate(source.price());
    this.#views = [{ renderer: () => renderer }];
    this.#label = {
      text: () => priceText(source.price()),
      coordinate: () => coordinate() ?? 0,
      textColor: () => source.colours().text,
      backColor: () => source.colours().back,
      visible: () => source.price() > 0 && coordinate() !== null,
    };
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  priceAxisViews(): readonly ISeriesPrimitiveAxisView[] {
    return [this.#label];
  }
}
