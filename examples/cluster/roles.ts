// What each role may do in NATS, as permissions of a user. Whatever is not listed is refused: nobody may delete or purge.

const SHARDS = Array.from({ length: 8 }, (_, shard) => shard);
const API = '$JS.API';

/** Subjects that a user may publish to and subscribe to. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** Whether it may answer requests that reach it. */
  readonly answers?: boolean;
}

const tickStreams = SHARDS.map((shard) => `TL_MD_${shard}`);

/** Makes a stream where it is missing; a stream that exists cannot be changed this way. */
const make = (stream: string) => [`${API}.STREAM.INFO.${stream}`, `${API}.STREAM.CREATE.${stream}`];
const readMessage = (stream: string) => `${API}.STREAM.MSG.GET.${stream}`;
/** Reads a stream by a consumer. @param filter the subjects that it may read; all if left out */
const consume = (stream: string, filter = '>') => [
  `${API}.STREAM.INFO.${stream}`,
  ...(filter === '>' ? [`${API}.CONSUMER.CREATE.${stream}.*`] : []), // a consumer of all subjects names none
  `${API}.CONSUMER.CREATE.${stream}.*.${filter}`,
  `${API}.CONSUMER.INFO.${stream}.*`,
  `${API}.CONSUMER.MSG.NEXT.${stream}.*`,
];
const inbox = (role: string) => `_INBOX.${role}.>`;
/** Dots of a strategy's name separate the parts of a subject. */
const tokenOf = (strategy: string) => strategy.replaceAll('.', '=');

export const GATEWAY: Permissions = {
  publish: [
    ...['tl.md.*', 'tl.news', 'tl.snap.*'],
    ...[...tickStreams, 'TL_NEWS', 'TL_SNAP'].flatMap(make),
    ...[...tickStreams, 'TL_NEWS'].map(readMessage),
  ],
  subscribe: [inbox('gateway')],
};

export const ORDERBOOK: Permissions = {
  publish: [
    ...tickStreams.flatMap((stream) => [...consume(stream), readMessage(stream)]),
    `${API}.DIRECT.GET.TL_SNAP.>`,
  ],
  subscribe: [inbox('orderbook')],
};

export const ORDER_MANAGER: Permissions = {
  publish: [
    'tl.rep.0.>',
    ...['TL_ORD_0', 'TL_REP_0', 'KV_tickline'].flatMap(make),
    ...['TL_ORD_0', 'TL_REP_0'].flatMap((stream) => consume(stream)),
    readMessage('TL_REP_0'),
    `${API}.INFO`, // the key-value client asks what the account has
    '$KV.tickline.manager.0',
    `${API}.DIRECT.GET.KV_tickline.$KV.tickline.manager.0`,
  ],
  subscribe: [inbox('order-manager'), 'tl.om.0.>'],
  answers: true,
};

/** Only its own orders, reports and logons. */
export function strategy(name: string): Permissions {
  const token = tokenOf(name);
  return {
    publish: [
      ...[`tl.ord.0.${token}`, `tl.om.0.strategy.${token}`],
      ...consume('TL_REP_0', `tl.rep.0.${token}`),
      ...[...consume('TL_NEWS'), readMessage('TL_NEWS')],
    ],
    subscribe: [inbox(`strategy.${token}`)],
  };
}

/** halt, resume. */
export const COMMAND: Permissions = { publish: ['tl.om.0.halt'], subscribe: [inbox('command')] };

/** A user of the server's configuration. @param key public nkey */
export function userEntry(key: string, { publish, subscribe, answers = false }: Permissions): string {
  const list = (subjects: readonly string[]) => subjects.map((subject) => `      "${subject}"`).join('\n');
  const answering = answers ? '\n    allow_responses: { max: 1000, expires: "1m" }' : '';
  return `{ nkey: ${key}, permissions: {
    publish: { allow: [\n${list(publish)}\n    ] }
    subscribe: { allow: [\n${list(subscribe)}\n    ] }${answering}
  } }`;
}
