// Errors of the connection to NATS and of its streams.

import { messageOf, TicklineError, UsageError } from '../platform/errors.ts';

/** The server does not let this process in. */
export class ClusterAccessError extends UsageError {
  constructor(servers: readonly string[], cause: unknown) {
    super(
      `NATS at ${servers.join(',')} refused the connection (${messageOf(cause)}): expected the key and certificates that its ` +
        `configuration names; check --nats-nkey, --nats-ca, --nats-cert and --nats-key`,
      { cause },
    );
  }
}

/** The server is too old, or has no JetStream. */
export class ClusterServerError extends UsageError {
  constructor(server: string, found: string, advice: string) {
    super(`NATS at ${server} ${found}: expected a server of version 2.12 or later with JetStream; ${advice}`);
  }
}

/** A stream exists, with settings other than Tickline's. */
export class StreamSettingsError extends UsageError {
  constructor(stream: string, setting: string, found: unknown, expected: unknown) {
    super(
      `the stream ${stream} has ${setting} ${JSON.stringify(found)}: expected ${JSON.stringify(expected)}; ` +
        `correct it with nats stream edit, or remove the stream so that it is made again`,
    );
  }
}

/** A stream could not be made or read in time. */
export class StreamUnavailableError extends TicklineError {
  constructor(stream: string, timeoutMs: number, cause: unknown) {
    super(
      `the stream ${stream} was not available within ${timeoutMs / 1_000} s (${messageOf(cause)}): expected most servers of the ` +
        `cluster to run with JetStream; check them with nats server report jetstream`,
      { cause },
    );
  }
}

/** The wait for NATS was given up, because the process stops. */
export class ClusterStoppedError extends TicklineError {
  constructor() {
    super('stopped while waiting for NATS');
  }
}

/** Another Gateway has become the writer of the streams. Started again, this one would stop that one. */
export class FencedError extends UsageError {
  constructor(stream: string) {
    super(
      `another Gateway writes ${stream}: expected to be the only one, so this one stops; ` +
        'if that is not wanted, stop the other and start this one again',
    );
  }
}

/** A stream does not have messages any more that it had stored. */
export class StreamLostError extends TicklineError {
  constructor(stream: string, found: string) {
    super(
      `the stream ${stream} lost messages that it had stored (${found}): expected to continue behind them; ` +
        'start the Gateway again, which begins a new run',
    );
  }
}

/** The report log does not reach back to the record of this manager. */
export class LogTrimmedError extends UsageError {
  constructor(stream: string, lastOrderId: number, found: number) {
    super(
      `${stream} begins with order ${found}, and the record ends with order ${lastOrderId}: expected one that has all before it; ` +
        `stop this OrderManager, copy the record and its journal from another one that is stopped, and start it again`,
    );
  }
}
