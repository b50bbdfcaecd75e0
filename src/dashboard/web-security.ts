// Which requests the dashboard's server answers, and what its pages may do. Any site that is open in a
// browser of this machine can reach a loopback server. Checking Host stops DNS rebinding, checking Origin
// stops everything else.

/** A page loads scripts, styles and data only from this server, none inline, and is not shown in frames. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-cache',
};

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Which requests a server on loopback answers: its own, and those that come through its reverse proxy. */
export class WebAccess {
  /** The path of the proxy without a slash at its end; '' without a proxy, or at its root. */
  readonly prefix: string;
  readonly #hosts: readonly string[];
  readonly #origins: readonly string[];

  /** @param publicUrl where a reverse proxy serves it; undefined without one */
  constructor(port: number, publicUrl: URL | undefined) {
    const own = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
    this.prefix = publicUrl?.pathname.replace(/\/+$/, '') ?? '';
    this.#hosts = publicUrl ? [...own, publicUrl.host] : own;
    this.#origins = own.map((host) => `http://${host}`).concat(publicUrl ? [publicUrl.origin] : []);
  }

  /** For messages. */
  get names(): string {
    return this.#origins.slice(0, 1).concat(this.#origins.slice(LOOPBACK_NAMES.length)).join(' or ');
  }

  /** Whether a request's Host names this machine and this port, or the proxy. */
  allowsHost(host: string | undefined): boolean {
    return host !== undefined && this.#hosts.includes(host.toLowerCase());
  }

  /** Whether an Origin is a page of this server. */
  allowsOrigin(origin: string | undefined): boolean {
    return origin !== undefined && this.#origins.includes(origin);
  }

  /** A path without that of the proxy, if it has it. '' for the path of the proxy without its slash. */
  withoutPrefix(path: string): string {
    if (this.prefix === '') return path;
    if (path === this.prefix) return '';
    return path.startsWith(`${this.prefix}/`) ? path.slice(this.prefix.length) : path;
  }
}
