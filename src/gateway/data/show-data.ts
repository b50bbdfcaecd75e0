// `tickline data`: looks at files of prices and news without running anything.

import { printable } from '../../platform/printable.ts';
import type { DataSettings } from '../../settings/settings.ts';
import { UnnamedSymbolsError } from '../feeds/dialect/unnamed-symbols.ts';
import { FeedFileError } from '../feeds/feed-errors.ts';
import { isRecording } from '../feeds/live/recording.ts';
import { isPipeAt } from '../feeds/pipe-input.ts';
import { surveyNews } from './news-survey.ts';
import { surveyPrices } from './price-survey.ts';
import { surveyRecording } from './recording-survey.ts';
import type { Survey } from './survey.ts';
import { surveyJson, surveyLines } from './survey-text.ts';

/**
 * Prints what a run would understand of --data, and of --news-data if that is given.
 * @throws FeedFileError, after what was found, if a run would not replay the file to its end; FeedSettingError
 */
export async function showData(settings: DataSettings): Promise<void> {
  const { newsData, newsScale, json } = settings;
  const surveys = [await surveyFile(settings)];
  if (newsData !== undefined) surveys.push(await surveyNews(newsData, newsScale));
  for (const [i, survey] of surveys.entries()) {
    if (!json && i > 0) console.log('');
    for (const line of json ? [surveyJson(survey)] : surveyLines(survey).map(printable)) console.log(line);
  }
  const fault = surveys.find((survey) => survey.fault !== undefined)?.fault;
  if (fault !== undefined) throw fault;
}

/** A file that has no prices may be one of news. @throws FeedFileError, FeedSettingError */
async function surveyFile(settings: DataSettings): Promise<Survey> {
  const { data, newsScale } = settings;
  if (await isRecording(data)) return surveyRecording(settings);
  try {
    return await surveyPrices(settings);
  } catch (thrown) {
    if (!(thrown instanceof FeedFileError) || thrown instanceof UnnamedSymbolsError || isPipeAt(data))
      throw thrown;
    try {
      return await surveyNews(data, newsScale);
    } catch {
      throw thrown;
    }
  }
}
