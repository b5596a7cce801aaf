import { KALSHI_HOSTS } from '../../lib/kalshi/hosts.ts';

const DEMO_HOSTS = new Set([...Object.values(KALSHI_HOSTS.demo).map((url) => new URL(url).hostname), 'demo-api.kalshi.co']);
const SCHEMES = { rest: ['https:', 'http:'], ws: ['wss:', 'ws:'] };

/**
 * Throws unless both addresses are those of Kalshi's demo exchange (encrypted), or both are on this machine. What is not on the
 * list is refused, so no address of the live exchange can come through, however it is written. Answers which of the two it is.
 */
export function checkHosts(urls: { rest: string; ws: string }): 'demo' | 'loopback' {
  const kind = kindOf('rest', urls.rest);
  if (kindOf('ws', urls.ws) === kind) return kind;
  throw new Error('the REST and the socket address are of different exchanges: give both, or neither');
}

function kindOf(door: 'rest' | 'ws', text: string): 'demo' | 'loopback' {
  const url = URL.parse(text);
  if (url === null || !SCHEMES[door].includes(url.protocol)) throw new Error(`"${text}" is no ${door} address`);
  const { hostname, port, protocol } = url;
  if (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) return 'loopback';
  if (DEMO_HOSTS.has(hostname) && protocol === SCHEMES[door][0] && port === '') return 'demo';
  throw new Error(`a round is played on Kalshi's demo exchange or on this machine, and nowhere else: ${hostname} is neither`);
}
