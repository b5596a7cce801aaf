/** The way to an exchange: REST, WebSocket, clock, key and cash. */
import { WebSocket } from 'ws';
import { createKalshiClient, type KalshiClient } from '../../kalshi/client.ts';
import { createClockOffset } from '../../kalshi/clock-offset.ts';
import { KalshiError } from '../../kalshi/errors.ts';
import type { Credentials } from '../../kalshi/signing.ts';
import { readPrivateKey } from '../../kalshi/signing-key.ts';
import { WINNER_SERIES } from '../../kalshi/venue/series.ts';
import type { WallClock } from '../../kalshi/wall-clock.ts';
import { parseDollarsE6 } from '../../trading/money.ts';
import { type Check, type Found, fault, note, ok, wordsOf } from './finding.ts';

export interface ExchangeAt {
  /** As a sentence names it: "Kalshi's demo exchange". */
  name: string;
  rest: string;
  ws: string;
  credentials: Credentials | undefined;
  wall: WallClock;
}

/** The most that a clock may be off: signatures and windows of time stand on it. */
export const MOST_SKEW_MS = 2_000;
const PROBES = 3;
const SOCKET_MS = 5_000;
/** Requests at a time, so that a basic account's limit is never met. */
const AT_ONCE = 5;
const SLOW_MS = 1_000;

/**
 * The checks of one exchange. They share a client, which `close` ends: what an earlier one has learned (that it answers, that the key
 * is good) spares a later one from saying the same again.
 */
export function exchangeChecks(at: ExchangeAt): { checks: Check[]; close(): Promise<void> } {
  const { wall } = at;
  const key = readKey(at.credentials);
  const usable = 'key' in key ? key.key : undefined;
  const offset = createClockOffset();
  const client = createKalshiClient({ baseUrl: at.rest, credentials: usable, clock: wall, offset });
  // What everybody may read: a key that is refused must not look like an exchange that cannot be reached.
  const anybody = createKalshiClient({ baseUrl: at.rest, clock: wall, offset });
  const known = { isReached: false, isAccepted: false };

  async function* examineRest(): AsyncGenerator<Found> {
    const timesMs: number[] = [];
    try {
      for (let n = 0; n < PROBES; n++) {
        const sentMs = wall.monotonicMs();
        const { exchange_active, trading_active } = await anybody.exchange.status();
        timesMs.push(wall.monotonicMs() - sentMs);
        if (n > 0) continue;
        if (!exchange_active || !trading_active)
          yield note(`trading on ${at.name} is paused now`, 'Orders wait until it opens again.');
      }
    } catch (error) {
      yield fault(
        `${at.name} cannot be reached: ${wordsOf(error)}`,
        `Check the network, a firewall or proxy, and that ${hostOf(at.rest)} is right.`,
      );
      return;
    }
    known.isReached = true;
    yield roundTrip('REST', Math.min(...timesMs));
  }

  async function* examineSocket(): AsyncGenerator<Found> {
    if (client.signer === undefined) {
      yield note('WebSocket not tried: it takes a key');
      return;
    }
    try {
      yield roundTrip('WebSocket', await pingPong(at.ws, await client.signer.handshakeHeaders(), wall));
    } catch (error) {
      const isRefused = error instanceof SocketRefused;
      const says = isRefused
        ? `the WebSocket was refused (HTTP status ${error.status})`
        : `no WebSocket to ${hostOf(at.ws)}: ${wordsOf(error)}`;
      yield fault(
        says,
        isRefused && error.status === 401
          ? 'See what is said of the API key.'
          : 'A proxy or firewall may hold WebSockets back: let them pass.',
      );
    }
  }

  function* examineClock(): Generator<Found> {
    if (!known.isReached) {
      yield note('not compared: the exchange was not reached');
      return;
    }
    const { offsetMs, uncertaintyMs } = offset;
    const words = `${Math.abs(offsetMs / 1_000).toFixed(1)} s ${offsetMs < 0 ? 'ahead of' : 'behind'} the exchange, to ±${(uncertaintyMs / 1_000).toFixed(1)} s`;
    if (Math.abs(offsetMs) <= MOST_SKEW_MS) yield ok(`this machine's clock is ${words}`);
    else
      yield fault(
        `this machine's clock is ${words}; more than 2 s is too much`,
        'Let the system set its clock by itself (network time, NTP).',
      );
  }

  async function* examineKey(): AsyncGenerator<Found> {
    if (usable === undefined) {
      yield 'problem' in key ? key.problem : fault('there is none', KEY_TODO);
      return;
    }
    yield ok('the private key can be read, and signs');
    if (!known.isReached) {
      yield note('not shown to the exchange, which was not reached');
      return;
    }
    try {
      const { api_keys } = await client.apiKeys.all();
      known.isAccepted = true;
      const own = api_keys.find(({ api_key_id }) => api_key_id === usable.keyId);
      const scopes: readonly string[] = own?.scopes ?? [];
      if (own === undefined) yield note('the exchange accepts the key, and does not say what it may do');
      else if (scopes.includes('write') || scopes.includes('write::trade'))
        yield ok(`the exchange accepts the key "${own.name}": it may read and trade`);
      else
        yield fault(
          `the key "${own.name}" may only read (${scopes.join(', ') || 'nothing'})`,
          'Make a key with read and write access on the exchange, and set that one.',
        );
    } catch (error) {
      yield refusedKey(error);
    }
  }

  async function* examineBalances(): AsyncGenerator<Found> {
    if (!known.isAccepted) {
      yield note('not read: it takes a key that the exchange accepts');
      return;
    }
    const { balance_dollars, balance_breakdown } = await client.portfolio.balance();
    const cash = new Map(
      (balance_breakdown ?? []).map(({ exchange_index, balance }) => [exchange_index, parseDollarsE6(balance)]),
    );
    const whole = parseDollarsE6(balance_dollars);
    const shards = [...cash].map(([shard, amountE6]) => `shard ${shard}: ${dollars(amountE6)}`);
    yield whole > 0
      ? ok(`${dollars(whole)} dollars${shards.length > 1 ? ` (${shards.join(', ')})` : ''}`)
      : fault('there is no cash', 'Put money into the account.');
    if (cash.size < 2 || whole === 0) return;
    const listing = await shardsOfGames(client);
    for (const [shard, leagues] of listing) {
      if ((cash.get(shard) ?? 0) > 0) continue;
      yield fault(
        `shard ${shard} lists games of ${leagues.join(', ')} and has no cash`,
        `Move cash to shard ${shard} on the exchange (it does not move by itself), or leave these leagues out of the entry rules.`,
      );
    }
  }

  return {
    checks: [
      { topic: 'Connection', examine: examineRest },
      { topic: 'Clock', examine: examineClock },
      { topic: 'API key', examine: examineKey },
      { topic: 'Connection', examine: examineSocket },
      { topic: 'Balances', examine: examineBalances },
    ],
    close: async () => {
      await Promise.all([client.close(), anybody.close()]);
    },
  };
}

const KEY_TODO =
  "Make an API key on the exchange's site (Account, API keys) and set KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH, or enter both in the account node.";

function readKey(credentials: Credentials | undefined): { key: Credentials } | { problem: Found } {
  if (credentials === undefined) {
    return { problem: note('none in the environment variables: the account node in the editor has to hold one', KEY_TODO) };
  }
  try {
    readPrivateKey(credentials.privateKeyPem);
    return { key: credentials };
  } catch (error) {
    return {
      problem: fault(
        wordsOf(error),
        'Set the private key as the exchange gave it out, in PEM text; a lost one cannot be had again: make a new key.',
      ),
    };
  }
}

function refusedKey(error: unknown): Found {
  const code = error instanceof KalshiError ? error.code : undefined;
  if (code === 'KALSHI_AUTH_REJECTED') {
    return fault(
      `the exchange does not accept the key: ${wordsOf(error)}`,
      'Check that key id and private key belong together and were made on this exchange: a key of live is none of demo.',
    );
  }
  if (code === 'KALSHI_FORBIDDEN')
    return fault(`the exchange forbids the key to be used: ${wordsOf(error)}`, 'Look at the account on the exchange.');
  return fault(`the key could not be shown to the exchange: ${wordsOf(error)}`, 'Try again in a minute.');
}

function roundTrip(what: string, ms: number): Found {
  const says = `${what} answers in ${Math.max(1, Math.round(ms))} ms`;
  return ms < SLOW_MS ? ok(says) : note(says, 'That is slow for games in play: look for what else uses the line.');
}

class SocketRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`HTTP status ${status}`);
    this.status = status;
  }
}

/** Opens the socket, and times a ping on it. */
function pingPong(url: string, headers: object, wall: WallClock): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers: { ...headers } });
    let sentMs = 0;
    const end = (settle: () => void) => {
      callOff();
      settle();
      socket.terminate();
    };
    const callOff = wall.after(SOCKET_MS, () => end(() => reject(new Error(`no answer within ${SOCKET_MS / 1_000} s`))));
    socket.on('open', () => {
      sentMs = wall.monotonicMs();
      socket.ping();
    });
    socket.on('pong', () => end(() => resolve(wall.monotonicMs() - sentMs)));
    socket.on('unexpected-response', (_, { statusCode = 0 }) => end(() => reject(new SocketRefused(statusCode))));
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('close', () => end(() => reject(new Error('it was closed at once'))));
  });
}

/** Leagues by the shard that lists their games now. */
async function shardsOfGames(client: KalshiClient): Promise<Map<number, string[]>> {
  const wanted = Object.entries(WINNER_SERIES).flatMap(([league, series]) => series.map((ticker) => ({ league, ticker })));
  const found = new Map<number, Set<string>>();
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE).map(async ({ league, ticker }) => {
      const { events } = await client.events.page({ series_ticker: ticker, status: 'open', limit: 1 });
      const shard = events[0]?.exchange_index;
      if (typeof shard === 'number') found.set(shard, (found.get(shard) ?? new Set()).add(league));
    });
    await Promise.all(some);
  }
  return new Map([...found].toSorted(([a], [b]) => a - b).map(([shard, leagues]) => [shard, [...leagues]]));
}

function dollars(amountE6: number): string {
  return (amountE6 / 1_000_000).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'the address';
}
