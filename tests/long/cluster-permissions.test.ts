// A server with the keys and permissions of examples/cluster: every role can do its work, and nothing else.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Cluster, type ClusterRole, connectCluster } from '../../src/cluster/connection.ts';
import { ClusterAccessError } from '../../src/cluster/errors.ts';
import { PROJECT_ROOT } from '../../src/platform/project-root.ts';
import { NatsServers, natsProgram, withoutNats } from '../../tools/testing/nats-server.ts';
import { openStack } from '../end-to-end/stack.ts';
import { recordedLog } from '../monitoring/recorded-log.ts';
import { temporaryFolder } from '../run-process.ts';

const HOST = '127.0.0.1';
const EXAMPLE = join(PROJECT_ROOT, 'examples', 'cluster');
const NEVER = new AbortController().signal;
const FILES: Readonly<Record<string, ClusterRole>> = {
  gateway: 'gateway',
  orderbook: 'orderbook',
  'order-manager': 'order-manager',
  command: 'command',
  'strategy-my.one': 'strategy.my=one',
};
const options = { skip: withoutNats(), timeout: 180_000 };

function makeKeys(t: TestContext): string {
  const folder = join(temporaryFolder(t), 'keys');
  execFileSync(process.execPath, [join(EXAMPLE, 'make-keys.ts'), folder, HOST, 'my.one,other'], {
    stdio: 'pipe',
  });
  return folder;
}

const guarded = (keys: string) => `
tls { cert_file: "${keys}/${HOST}.pem", key_file: "${keys}/${HOST}.key", ca_file: "${keys}/ca.pem", verify: true }
authorization { ${fs.readFileSync(join(keys, 'users.conf'), 'utf8')} }
`;

/** The options of a role. */
const words = (keys: string, nats: readonly string[], name: string) => [
  ...['--nats', nats.join(','), '--nats-ca', `${keys}/ca.pem`, '--nats-cert', `${keys}/${name}.pem`],
  ...['--nats-key', `${keys}/${name}.key`, '--nats-nkey', `${keys}/${name}.nkey`],
];

function connectAs(keys: string, nats: readonly string[], name: string): Promise<Cluster> {
  const [natsCa, natsCert] = [`${keys}/ca.pem`, `${keys}/${name}.pem`];
  const files = { natsCa, natsCert, natsKey: `${keys}/${name}.key`, natsNkey: `${keys}/${name}.nkey` };
  return connectCluster({ nats, ...files }, FILES[name], recordedLog().log, NEVER);
}

/** What nobody may do. */
const FORBIDDEN = [
  ...['TL_MD_0', 'TL_REP_0', 'TL_ORD_0', 'TL_SNAP', 'TL_NEWS', 'KV_tickline'].flatMap((stream) =>
    [
      'STREAM.DELETE',
      'STREAM.PURGE',
      'STREAM.MSG.DELETE',
      'STREAM.UPDATE',
      'STREAM.LEADER.STEPDOWN',
      'STREAM.SNAPSHOT',
    ].map((call) => `$JS.API.${call}.${stream}`),
  ),
  ...[
    '$JS.API.CONSUMER.DELETE.TL_REP_0.x',
    '$JS.API.CONSUMER.DELETE.TL_MD_0.x',
    '$JS.API.STREAM.CREATE.OTHER',
    'other',
  ],
];
/** What only one role may publish. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  gateway: ['tl.md.0', 'tl.snap.0', 'tl.news'],
  'order-manager': [
    'tl.rep.0.x',
    'tl.rep.0.@control',
    '$KV.tickline.manager.0',
    '$JS.API.CONSUMER.CREATE.TL_REP_0.x',
  ],
  command: ['tl.om.0.halt'],
  'strategy-my.one': [
    'tl.ord.0.my=one',
    'tl.om.0.strategy.my=one',
    '$JS.API.CONSUMER.CREATE.TL_REP_0.x.tl.rep.0.my=one',
  ],
  'strategy-other': [
    'tl.ord.0.other',
    'tl.om.0.strategy.other',
    '$JS.API.CONSUMER.CREATE.TL_REP_0.x.tl.rep.0.other',
  ],
};

/** What no other role may do either. */
function forbiddenFor(name: string): string[] {
  const owners = Object.entries(OWNED).filter(([owner]) => owner !== name);
  const others = owners.flatMap(([, subjects]) => subjects);
  const isManagers = (subject: string) => name === 'order-manager' && subject.includes('.TL_REP_0.'); // it reads all reports
  return [...FORBIDDEN, ...others.filter((subject) => !isManagers(subject))];
}

/** The subjects of these that the server refuses. */
async function refusedBy(
  cluster: Cluster,
  subjects: readonly string[],
  kind: 'publish' | 'subscribe',
): Promise<string[]> {
  const refused: string[] = [];
  const statuses = cluster.connection.status();
  void (async () => {
    for await (const status of statuses)
      if (status.type === 'error') refused.push(/"([^"]+)"/.exec(status.error.message)?.[1] ?? '');
  })();
  for (const subject of subjects) {
    if (kind === 'publish') cluster.connection.publish(subject, '{}');
    else cluster.connection.subscribe(subject, { callback: () => {} });
  }
  await cluster.connection.flush();
  await new Promise((resolve) => setImmediate(resolve));
  return refused;
}

test('every role can do its work over TLS with the permissions of the example', options, async (t) => {
  const keys = makeKeys(t);
  const servers = await NatsServers.start(1, { configuration: guarded(keys) });
  t.after(() => servers.close());
  const stack = await openStack(t);
  const as = (name: string) => words(keys, servers.urls, name);
  const started = [
    stack.start('orderbook', ...as('orderbook')),
    stack.start('order-manager', ...as('order-manager')),
    stack.start(
      'strategy',
      ...as('strategy-my.one'),
      '--strategy-name',
      'my.one',
      '--short',
      '2',
      '--long',
      '3',
    ),
    stack.start('gateway', ...as('gateway'), '--loop', '--rate', '2000', '--news-every', '50ms'),
  ];
  await stack.until('orders are filled', () => stack.counter('strategy.ordersFilled') > 3);
  const halt = stack.start('halt', ...as('command'));
  assert.equal((await stack.untilExited(halt)).status, 0, halt.stderr);
  await stack.until('a snapshot was published', () => started[3].stdout.includes('publishing'));
  for (const { stdout, name } of started) assert.doesNotMatch(stdout, /ermission/, name);

  for (const name of Object.keys(FILES)) {
    const cluster = await connectAs(keys, servers.urls, name);
    t.after(() => cluster.close());
    const forbidden = forbiddenFor(name);
    assert.deepEqual(await refusedBy(cluster, forbidden, 'publish'), forbidden, name);
    const inboxes = Object.values(FILES)
      .filter((role) => role !== FILES[name])
      .map((role) => `_INBOX.${role}.>`);
    const listening = ['>', 'tl.>', 'tl.md.0', 'tl.ord.0.>', 'tl.rep.0.>', '$KV.>', '_INBOX.>', ...inboxes];
    assert.deepEqual(await refusedBy(cluster, listening, 'subscribe'), listening, name);
  }
});

test('without a certificate, or with the key of another authority, nobody gets in', options, async (t) => {
  const [keys, others] = [makeKeys(t), makeKeys(t)];
  const servers = await NatsServers.start(1, { configuration: guarded(keys) });
  t.after(() => servers.close());
  const [nats, natsCa, natsNkey] = [servers.urls, `${keys}/ca.pem`, `${keys}/gateway.nkey`];
  const attempts = [
    {
      nats,
      natsCa,
      natsNkey: `${others}/gateway.nkey`,
      natsCert: `${keys}/gateway.pem`,
      natsKey: `${keys}/gateway.key`,
    },
    {
      nats,
      natsCa: `${others}/ca.pem`,
      natsNkey,
      natsCert: `${keys}/gateway.pem`,
      natsKey: `${keys}/gateway.key`,
    },
  ];
  for (const attempt of attempts)
    await assert.rejects(connectCluster(attempt, 'gateway', recordedLog().log, NEVER), ClusterAccessError);
});

test('the server accepts the configuration of the example', options, (t) => {
  const keys = makeKeys(t);
  const folder = join(keys, '..');
  for (const ending of ['pem', 'key'])
    fs.copyFileSync(`${keys}/${HOST}.${ending}`, `${keys}/server.${ending}`);
  fs.copyFileSync(join(EXAMPLE, 'nats.conf'), join(folder, 'nats.conf'));
  const [one, two, three] = [1, 2, 3].map((host) => `nats-route://10.0.0.${host}:6222`);
  const env = { ...process.env, NATS_HOST: HOST, NATS_1: one, NATS_2: two, NATS_3: three };
  const { status, stderr } = spawnSync(natsProgram() ?? '', ['-t', '-c', 'nats.conf'], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});
