// The rules between options. A rule applies where a command has its options.

import { ConflictingOptionsError, InvalidOptionError } from './errors.ts';
import { FEED_NAMES, FEEDS, type Source, traitsOf } from './feeds.ts';
import type { Given } from './file.ts';
import { PORT_KEYS } from './options/network.ts';
import { CROSSOVER_OPTIONS } from './options/strategy.ts';
import { flagAt, flagOf, type Key, optionOf, type SettingsOf } from './options.ts';

/** The settings of any command: a rule applies where its options are present. */
export type AnySettings = Partial<
  SettingsOf<'run'> & SettingsOf<'strategy'> & SettingsOf<'orders'> & SettingsOf<'backtest'>
>;

/** Options that not every feed reads. */
const FEED_OPTIONS: readonly Key[] = FEED_NAMES.flatMap((name) => FEEDS[name].options);

/** The first option needs the second, where the command has both. */
const NEEDS: readonly (readonly [keyof AnySettings, keyof AnySettings])[] = [
  ['tlsCert', 'tlsKey'],
  ['tlsKey', 'tlsCert'],
  ['tlsClientCa', 'tlsCert'],
  ['tlsClientCert', 'tlsClientKey'],
  ['tlsClientKey', 'tlsClientCert'],
  ['tlsClientCert', 'tlsCa'],
  // A run has both ends of the order port.
  ['tokens', 'tokenFile'],
  ['tokenFile', 'tokens'],
  ['watchTokenFile', 'tokens'],
  ['tlsCert', 'tlsCa'],
  ['tlsCa', 'tlsCert'],
  ['tlsClientCa', 'tlsClientCert'],
  ['walkForward', 'sweep'],
  ['natsNkey', 'nats'],
  ['natsCa', 'nats'],
  ['natsCert', 'natsCa'],
  ['natsCert', 'natsKey'],
  ['natsKey', 'natsCert'],
  ['shards', 'nats'],
];

/** @throws InvalidOptionError, ConflictingOptionsError when options do not fit together */
export function checkTogether(settings: AnySettings, onCommandLine: Given): void {
  checkSource(settings, onCommandLine);
  checkRate(settings);
  checkPacing(settings, onCommandLine);
  checkSymbolCount(settings);
  checkPorts(settings);
  checkCapacity(settings);
  checkNeeds(settings);
  checkCluster(settings);
  checkOrders(settings, onCommandLine);
  if (settings.slippageBps !== undefined && settings.slippageBps > 0 && settings.fill === 'order')
    throw new ConflictingOptionsError(
      "--slippage-bps needs --fill market: --fill order fills at the order's own price",
    );
  if (settings.plainOrders && settings.orderPath === 'shared')
    throw new ConflictingOptionsError(
      '--plain-orders needs --order-path tcp: a plain OrderManager reads no lane; leave one out',
    );
  checkCrossover(settings, onCommandLine);
}

/** How `orders` prints orders. Only the command line is checked: a file may hold them for other calls. */
const PRINTING = ['json', 'csv', 'last', 'symbol', 'only'] as const satisfies readonly Key[];

/** Each call of `orders` prints, copies or verifies. */
function checkOrders({ json, csv, verify, backup }: AnySettings, onCommandLine: Given): void {
  if (json && csv)
    throw new ConflictingOptionsError('--json and --csv are two formats of one output; give one of them');
  if (verify && backup !== undefined)
    throw new ConflictingOptionsError('--verify and --backup are two actions; give one of them');
  if (!verify && backup === undefined) return;
  const key = PRINTING.find((candidate) => isGiven(candidate, onCommandLine));
  if (key === undefined) return;
  throw new ConflictingOptionsError(
    `${flagAt('orders', key)} has no meaning with ${verify ? '--verify' : '--backup'}, which reads the whole record and prints no orders; leave one out`,
  );
}

/** The checks of the crossover do not bind another strategy, which has parameters of its own. */
function checkCrossover(settings: AnySettings, onCommandLine: Given): void {
  const { strategy, short, long, bullish, bearish } = settings;
  if (strategy !== undefined) {
    const key = CROSSOVER_OPTIONS.find((candidate) => onCommandLine[candidate] !== undefined);
    if (key === undefined) return;
    throw new ConflictingOptionsError(
      `${flagOf(key)} is a parameter of the built-in crossover, which --strategy replaces; write --param ${key}=${onCommandLine[key]} if the file declares ${key}`,
    );
  }
  if (settings.sweep !== undefined) return; // it leaves out the values that do not fit together
  if (short !== undefined && long !== undefined && short >= long) {
    throw new InvalidOptionError('--short', short, `less than --long, which is ${long}`);
  }
  if (bullish !== undefined && bearish !== undefined && bearish > bullish) {
    throw new InvalidOptionError('--bearish', bearish, `at most --bullish, which is ${bullish}`);
  }
}

/** Only the command line is checked: a file may hold the options of several feeds. */
function checkSource({ source }: AnySettings, onCommandLine: Given): void {
  if (source === undefined) return;
  const unread = FEED_OPTIONS.filter((key) => !reads(source, key));
  const key = unread.find((candidate) => isOn(candidate, onCommandLine));
  if (key !== undefined) {
    const readers = FEED_NAMES.filter((name) => reads(name, key)).join(' or ');
    throw new ConflictingOptionsError(
      `${flagOf(key)} has no meaning with --source ${source}; it needs --source ${readers}`,
    );
  }
}

function reads(source: Source, key: Key): boolean {
  return traitsOf(source).options.includes(key);
}

function isOn(key: Key, given: Given): boolean {
  const value = given[key];
  return value !== undefined && value !== optionOf(key).default;
}

/** A switch may be turned off. */
function isGiven(key: Key, given: Given): boolean {
  return given[key] !== undefined && given[key] !== false;
}

function checkRate({ source, rate }: AnySettings): void {
  if (source === undefined || rate === undefined || traitsOf(source).hasOwnPace || !('timesOwnPace' in rate))
    return;
  throw new ConflictingOptionsError(
    `--rate ${rate.timesOwnPace}x needs data with times, which --source ${source} does not have; give ticks per second, or max`,
  );
}

/** The ticks of a live feed leave as they come. */
function checkPacing({ source, lossless }: AnySettings, onCommandLine: Given): void {
  if (source === undefined || traitsOf(source).pacing !== 'own') return;
  if (lossless)
    throw new ConflictingOptionsError(
      `--lossless makes the feed wait for its clients, and --source ${source} does not wait; leave one out`,
    );
  if (isOn('rate', onCommandLine))
    throw new ConflictingOptionsError(
      `--rate has no meaning with --source ${source}, whose ticks leave as they come`,
    );
}

function checkSymbolCount({ source, symbols }: AnySettings): void {
  if (typeof symbols !== 'number' || makesSymbols(source)) return;
  const makers = FEED_NAMES.filter(makesSymbols).join(' or ');
  const needed =
    source === undefined ? 'and only a Gateway makes symbols up' : `which needs --source ${makers}`;
  throw new ConflictingOptionsError(
    `--symbols ${symbols} is a number, ${needed}; for a symbol of that name write "${symbols},"`,
  );
}

/** Whether a number of symbols means anything to this feed. */
export function makesSymbols(source: Source | undefined): boolean {
  return source !== undefined && traitsOf(source).makesSymbols;
}

function checkPorts(settings: AnySettings): void {
  for (const [index, key] of PORT_KEYS.entries()) {
    const port = settings[key];
    if (port === undefined || port === 0) continue;
    const same = PORT_KEYS.slice(0, index).find((other) => settings[other] === port);
    if (same !== undefined)
      throw new InvalidOptionError(flagOf(key), port, `a port other than ${flagOf(same)}'s`);
  }
}

function checkCapacity({ symbols, symbolCapacity }: AnySettings): void {
  const count = typeof symbols === 'number' ? symbols : symbols?.length;
  if (count !== undefined && symbolCapacity !== undefined && count > symbolCapacity) {
    throw new InvalidOptionError(
      '--symbol-capacity',
      symbolCapacity,
      `at least ${count}, the number of symbols`,
    );
  }
}

function checkNeeds(settings: AnySettings): void {
  for (const [key, needed] of NEEDS) {
    if (settings[key] === undefined || !(needed in settings) || settings[needed] !== undefined) continue;
    throw new ConflictingOptionsError(`${flagOf(key)} needs ${flagOf(needed)}; give both`);
  }
  const { dashboard, tokens, watchTokenFile } = settings;
  if (dashboard && tokens !== undefined && watchTokenFile === undefined) {
    throw new ConflictingOptionsError('--dashboard with --tokens needs --watch-token-file; give all three');
  }
}

/** What waits for every reader cannot have readers on machines that come and go. */
function checkCluster({ nats, lossless, orderPath, plainOrders }: AnySettings): void {
  if (nats !== undefined && (orderPath === 'shared' || plainOrders))
    throw new ConflictingOptionsError(
      '--order-path shared and --plain-orders reach an OrderManager of one machine only; leave them out, or --nats',
    );
  if (nats !== undefined && lossless)
    throw new ConflictingOptionsError('--lossless works on one machine only; leave out --lossless or --nats');
}
