/**
 * The guard of every door (pages, editor, API, sockets): any web page that a browser on this machine opens could send requests here.
 *
 * 1. A foreign Host is a page that rebound its own name to this machine (DNS rebinding). Ours are loopback names and addresses, on any
 *    port (a forwarded port is still this machine), and the configured hosts.
 * 2. An Origin is sent by browsers with everything that could do harm across sites. It must be the very host and port that the
 *    request was sent to: another port of this machine is another program's page.
 * 3. Where a browser sends no Origin it says in Sec-Fetch-Site whose page asked. From elsewhere people may only follow a link to us;
 *    nothing of ours may be embedded, loaded as a part, or changed.
 * 4. A browser never opens a WebSocket without an Origin. An upgrade without one comes from a program, and is let in, unless
 *    Sec-Fetch headers show that a browser sent it and something on the way took the Origin out.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ErrorView } from './contract.ts';
import type { WebErrorCode } from './errors.ts';

export interface Knock {
  method: string;
  headers: Pick<IncomingHttpHeaders, 'host' | 'origin' | 'sec-fetch-site' | 'sec-fetch-mode' | 'sec-fetch-dest'>;
  isUpgrade: boolean;
}

export interface Refusal extends ErrorView {
  code: Extract<WebErrorCode, 'DOOR_FOREIGN_HOST' | 'DOOR_FOREIGN_ORIGIN'>;
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/;
const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/;
const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/**
 * Why this request or upgrade must not come in, or undefined. `hosts` are names ("courtside.example.org", any port) or name and port
 * ("10.0.0.5:1880") under which this machine may be reached besides loopback.
 */
export function refusedAtDoor(knock: Knock, hosts: readonly string[] = []): Refusal | undefined {
  const host = knock.headers.host?.toLowerCase();
  if (host === undefined || !isOwnHost(host, hosts)) return FOREIGN_HOST;
  const { origin } = knock.headers;
  if (origin !== undefined) return isSameOrigin(origin, host) ? undefined : FOREIGN_ORIGIN;
  return isBroughtByAnotherSite(knock) ? FOREIGN_ORIGIN : undefined;
}

/** A request or upgrade as the guard looks at it. */
export function knockOf({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): Knock {
  return { method: method ?? '', headers, isUpgrade: headers.upgrade !== undefined };
}

const FOREIGN_HOST: Refusal = {
  code: 'DOOR_FOREIGN_HOST',
  message:
    'Courtside answers only under the names of this machine. Open it under http://localhost, with the port that it has told.',
};
const FOREIGN_ORIGIN: Refusal = {
  code: 'DOOR_FOREIGN_ORIGIN',
  message: 'This came from a page of another site, and Courtside answers only its own pages.',
};

function isOwnHost(host: string, hosts: readonly string[]): boolean {
  const [, name, port] = HOST.exec(host) ?? [];
  if (name === undefined) return false;
  return LOOPBACK.test(name) || hosts.some((own) => [name, `${name}:${port}`].includes(own.toLowerCase()));
}

function isSameOrigin(origin: string, host: string): boolean {
  const [, scheme = '', rest = ''] = /^(https?:)\/\/([^/?#@]+)$/.exec(origin.toLowerCase()) ?? [];
  const standard = DEFAULT_PORTS[scheme];
  return standard !== undefined && withPort(rest, standard) === withPort(host, standard);
}

function withPort(host: string, standard: string): string | undefined {
  const [, name, port = standard] = HOST.exec(host) ?? [];
  return name === undefined ? undefined : `${name}:${Number(port)}`;
}

function isBroughtByAnotherSite({ method, headers, isUpgrade }: Knock): boolean {
  const site = headers['sec-fetch-site'];
  // `none`: a person typed the address or opened a bookmark.
  if (isUpgrade) return site !== undefined;
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  const isLink = headers['sec-fetch-mode'] === 'navigate' && (headers['sec-fetch-dest'] ?? 'document') === 'document';
  return !(isLink && (method === 'GET' || method === 'HEAD'));
}
