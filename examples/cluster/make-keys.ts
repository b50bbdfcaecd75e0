// make-keys.ts FOLDER HOST,HOST,HOST STRATEGY[,STRATEGY...]: an authority, a certificate per server and per role, an nkey per role,
// and users.conf, which has the public keys and the permissions. Needs openssl.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import {
  COMMAND,
  GATEWAY,
  ORDER_MANAGER,
  ORDERBOOK,
  type Permissions,
  strategy,
  userEntry,
} from './roles.ts';

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = ['-days', '3650'];
const IS_ADDRESS = /^[0-9.]+$|:/;

const [, , folder, hosts, strategies] = process.argv;
if (folder === undefined || hosts === undefined || strategies === undefined) {
  console.error('make-keys.ts: expected FOLDER HOST,HOST,HOST STRATEGY[,STRATEGY...]');
  process.exit(2);
}
if (fs.existsSync(path.join(folder, 'ca.key'))) {
  console.error(
    `make-keys.ts: ${folder} has keys; expected a new folder, because new keys would lock out every process`,
  );
  process.exit(2);
}
process.umask(0o077);
fs.mkdirSync(folder, { recursive: true });

const openssl = (...words: readonly string[]) =>
  execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' });

openssl('req', '-x509', ...NEW_KEY, ...DAYS, '-subj', '/CN=tickline', '-keyout', 'ca.key', '-out', 'ca.pem');
for (const host of hosts.split(',')) certify(host, `${IS_ADDRESS.test(host) ? 'IP' : 'DNS'}:${host}`);

const roles: [string, Permissions][] = [
  ['gateway', GATEWAY],
  ['orderbook', ORDERBOOK],
  ['order-manager', ORDER_MANAGER],
  ['command', COMMAND],
  ...strategies.split(',').map((name): [string, Permissions] => [`strategy-${name}`, strategy(name)]),
];
const users = roles.map(([name, permissions]) => {
  certify(name, `DNS:${name}`);
  const pair = nkeys.createUser();
  fs.writeFileSync(path.join(folder, `${name}.nkey`), `${new TextDecoder().decode(pair.getSeed())}\n`);
  return `# ${name}\n${userEntry(pair.getPublicKey(), permissions)}`;
});
fs.writeFileSync(path.join(folder, 'users.conf'), `users: [\n${users.join('\n')}\n]\n`);
console.log(
  `${folder}: ca.pem, users.conf, and .pem, .key and .nkey of ${roles.map(([name]) => name).join(', ')}`,
);

/** A certificate for both ends of a connection: servers are clients of each other. */
function certify(name: string, subject: string): void {
  openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
  fs.writeFileSync(path.join(folder ?? '', `${name}.ext`), `subjectAltName=${subject}\n`);
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', ...DAYS];
  openssl('x509', '-req', '-in', `${name}.csr`, ...signer, '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  for (const ending of ['csr', 'ext']) fs.rmSync(path.join(folder ?? '', `${name}.${ending}`));
}
