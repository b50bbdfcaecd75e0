// The security of the order port. Both ends read it from the files that the options name, before they start.

import { X509Certificate } from 'node:crypto';
import { readSmallFile } from '../platform/small-file.ts';
import { CertificateError, OpenOrderPortError } from '../settings/errors.ts';
import { flagOf, type Key } from '../settings/options.ts';
import type { AnySettings } from '../settings/rules.ts';
import type {
  DashboardSettings,
  OrderManagerSettings,
  StrategyProcessSettings,
} from '../settings/settings.ts';
import type { Dialer } from '../transport/dialer.ts';
import { isLoopback } from '../transport/loopback.ts';
import { requireKeyOfCertificate, type ServerIdentity, tlsDialer } from '../transport/tls.ts';
import { readSecretFile } from './secret-file.ts';
import { readToken, readTokens } from './token-file.ts';
import type { Tokens } from './tokens.ts';

/** What the order port proves itself with, and requires of its clients. */
export interface ServerSecurity {
  /** Undefined: plain TCP. */
  readonly tls: ServerIdentity | undefined;
  /** Undefined: any client can use any name. */
  readonly tokens: Tokens | undefined;
}

/** How a client of the order port connects and proves its name. */
export interface ClientCredentials {
  /** Undefined: plain TCP. */
  readonly dialer: Dialer | undefined;
  readonly token: string | undefined;
}

/** A command requires those of these options that it has when other machines can reach the order port. */
const NEEDED = ['tlsCert', 'tlsKey', 'tokens', 'tlsCa', 'tokenFile', 'watchTokenFile'] as const;

/** The address of the order port. */
export function orderHostOf({ host, orderHost }: { host: string; orderHost: string | undefined }): string {
  return orderHost ?? host;
}

/**
 * @throws OpenOrderPortError when other machines can reach the order port without TLS and tokens
 */
export async function requireGuardedOrderPort(
  settings: AnySettings & { readonly host: string; readonly orderHost: string | undefined },
): Promise<void> {
  const needed = NEEDED.filter((key) => key !== 'watchTokenFile' || settings.dashboard !== false);
  const missing = needed.filter((key) => key in settings && settings[key] === undefined);
  if (missing.length === 0 || (await isLoopback(orderHostOf(settings)))) return;
  const option = settings.orderHost === undefined ? 'host' : 'orderHost';
  throw new OpenOrderPortError(flagOf(option), orderHostOf(settings), missing.map(flagOf));
}

/**
 * Reads the OrderManager's side.
 * @throws OpenOrderPortError, SecretFileError, TokenError, CertificateError
 */
export async function serverSecurity(settings: OrderManagerSettings): Promise<ServerSecurity> {
  await requireGuardedOrderPort(settings);
  const { tlsCert, tlsKey, tlsClientCa, tokens } = settings;
  return {
    tls:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : {
            ...readPair(['tlsCert', tlsCert], ['tlsKey', tlsKey]),
            clientCa: tlsClientCa === undefined ? undefined : readCertificate('tlsClientCa', tlsClientCa),
          },
    tokens: tokens === undefined ? undefined : readTokens(flagOf('tokens'), tokens),
  };
}

/** Reads a client's side. @throws OpenOrderPortError, SecretFileError, TokenError, CertificateError */
export async function clientCredentials(
  settings: StrategyProcessSettings | DashboardSettings,
): Promise<ClientCredentials> {
  const isByNats = 'nats' in settings && settings.nats !== undefined; // then it opens no order port
  if (!isByNats) await requireGuardedOrderPort(settings);
  const { tlsCa, tlsClientCert, tlsClientKey } = settings;
  const own =
    tlsClientCert === undefined || tlsClientKey === undefined
      ? { cert: undefined, key: undefined }
      : readPair(['tlsClientCert', tlsClientCert], ['tlsClientKey', tlsClientKey]);
  return {
    dialer: tlsCa === undefined ? undefined : tlsDialer({ ca: readCertificate('tlsCa', tlsCa), ...own }),
    token:
      'tokenFile' in settings
        ? tokenOf('tokenFile', settings.tokenFile)
        : tokenOf('watchTokenFile', settings.watchTokenFile),
  };
}

function tokenOf(key: Key, file: string | undefined): string | undefined {
  return file === undefined ? undefined : readToken(flagOf(key), file);
}

type File = readonly [key: Key, file: string];

/** Reads a certificate and its key. */
function readPair([certKey, certFile]: File, [keyKey, keyFile]: File): { cert: string; key: string } {
  const cert = readCertificate(certKey, certFile);
  const key = readSecretFile(flagOf(keyKey), keyFile);
  try {
    requireKeyOfCertificate(cert, key);
  } catch (error) {
    const expected = `the key of the certificate in ${flagOf(certKey)}, without a password,`;
    throw new CertificateError(flagOf(keyKey), keyFile, expected, error);
  }
  return { cert, key };
}

function readCertificate(key: Key, file: string): string {
  try {
    const pem = readSmallFile(file);
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new CertificateError(flagOf(key), file, 'a certificate', error);
  }
}
