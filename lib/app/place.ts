/** An environment as it is reached from here: where, by what time, with whose data. */
import { createHash } from 'node:crypto';
import { createKalshiClient, type KalshiClient } from '../kalshi/client.ts';
import { type ClockOffset, createClockOffset } from '../kalshi/clock-offset.ts';
import { KALSHI_HOSTS } from '../kalshi/hosts.ts';
import type { Credentials } from '../kalshi/signing.ts';
import { type KalshiMarketData, kalshiMarketData } from '../kalshi/venue/market-data.ts';
import type { VenueProblem } from '../kalshi/venue/problems.ts';
import { type KalshiVenue, kalshiVenue } from '../kalshi/venue/venue.ts';
import type { WallClock } from '../kalshi/wall-clock.ts';
import { scoreboardByHttp } from '../scores/index.ts';
import { liveScores } from '../scores/scores.ts';
import type { Activity } from '../trading/ports/clock.ts';
import type { Scores } from '../trading/ports/market-data.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { Configuration } from './configuration.ts';
import { AppError } from './errors.ts';
import { type MarketClock, practiceMarketClock, practiceTimeFrom, wallMarketClock } from './market-clock.ts';
import type { PracticeExchange } from './practice.ts';

export interface Place {
  readonly environment: Environment;
  /** On practice the night, which every account and baseline belongs to; elsewhere empty. */
  readonly night: string;
  readonly clock: MarketClock;
  /** Time stands still between events, which are asked for one by one. */
  readonly isStepped: boolean;
  /** The credentials of an account: the node's, else this environment's own. Throws `CREDENTIALS_MISSING`. */
  credentialsFor(label: string, given: Credentials | undefined): Credentials;
  venue(credentials: Credentials): KalshiVenue;
  /** Market data and scores, read with some account's credentials. Made anew at each call; whoever asked closes them. */
  data(credentials: Credentials): { data: KalshiMarketData; scores: Scores };
  close(): Promise<void>;
}

export interface PlaceParts {
  configuration: Configuration;
  activity: Activity;
  wall: WallClock;
  onProblem: (problem: VenueProblem) => void;
}

interface Reach extends PlaceParts {
  environment: Environment;
  night: string;
  baseUrl: string;
  wsUrl: string;
  clock: MarketClock;
  /** Shared by all clients: what one has learned of the exchange's clock holds for the next. */
  offset: ClockOffset;
  /** Scores are read when they are asked for, not by the clock. */
  isStepped: boolean;
  espnBase: string | undefined;
  credentialsFor: Place['credentialsFor'];
}

const PRACTICE_MAIN = 'practice';
/** In steps everybody asks for scores after each event: the clock need not. */
const NEVER_MS = 365 * 86_400_000;

/** The practice exchange of this process. */
export async function practicePlace(parts: PlaceParts, exchange: PracticeExchange): Promise<Place> {
  const { server, night } = exchange;
  const clock = await practiceMarketClock({
    read: async () => practiceTimeFrom(await (await fetch(`${server.url}/practice/clock`)).json()),
    wall: parts.wall,
    onReadFailed: (cause) =>
      parts.onProblem({ code: 'KALSHI_BOOKS_UNREAD', message: "the practice exchange's time could not be read", cause }),
  });
  return place({
    ...parts,
    environment: 'practice',
    night: night.header.night,
    baseUrl: server.rest,
    wsUrl: server.ws,
    clock,
    offset: createClockOffset(),
    isStepped: clock.isLockstep,
    espnBase: undefined,
    // Nobody has an account here: each label has one made for it.
    credentialsFor: (label, given) => given ?? exchange.member(label === 'main' ? PRACTICE_MAIN : label),
  });
}

/** Kalshi's demo exchange, or what the configuration names instead. */
export function demoPlace(parts: PlaceParts): Place {
  const { configuration } = parts;
  const offset = createClockOffset();
  return place({
    ...parts,
    environment: 'demo',
    night: '',
    baseUrl: configuration.apiBase ?? KALSHI_HOSTS.demo.rest,
    wsUrl: configuration.wsUrl ?? KALSHI_HOSTS.demo.ws,
    clock: wallMarketClock({ wall: parts.wall, offsetMs: () => offset.offsetMs }),
    offset,
    isStepped: false,
    espnBase: configuration.espnBase === 'off' ? undefined : configuration.espnBase,
    credentialsFor: (label, given) => {
      const found = given ?? (configuration.environment === 'demo' && label === 'main' ? configuration.credentials : undefined);
      if (found !== undefined) return found;
      throw new AppError('CREDENTIALS_MISSING', `demo account "${label}" has no API key: ${keyAdvice(label)}`);
    },
  });
}

/** The environment variables are for the account that the shipped flows name. */
function keyAdvice(label: string): string {
  const inNode = 'enter key id and private key in its account node';
  const inVariables = 'set KALSHI_ENV=demo with KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH';
  return label === 'main' ? `${inNode}, or ${inVariables}` : inNode;
}

/** Why an environment cannot be used here, or undefined. */
export function refusalOf(environment: Environment): AppError | undefined {
  if (environment === 'practice' || environment === 'demo') return undefined;
  const why = {
    paper: 'paper trading is not part of this version yet: use practice, or demo with a demo key',
    live: 'live trading cannot be armed in this version: use practice, or demo with a demo key',
    replay: 'a replay is not an account: use practice with recorded games (--games)',
  }[environment];
  return new AppError('ENVIRONMENT_REFUSED', why);
}

/** Tells whether a key has changed; never the key. */
export function fingerprintOf({ keyId }: Pick<Credentials, 'keyId'>): string {
  return createHash('sha256').update(keyId).digest('hex').slice(0, 16);
}

function place(reach: Reach): Place {
  const { environment, baseUrl, wsUrl, clock, offset, activity, wall, onProblem, configuration } = reach;
  /** One per key: everybody who uses it keeps to its limits together. The private half counts: a wrong one may have been corrected. */
  const clients = new Map<string, KalshiClient>();
  /** The newest. */
  let open: { data: KalshiMarketData; scores: Scores } | undefined;

  function clientOf(credentials: Credentials): KalshiClient {
    const key = `${credentials.keyId}\n${credentials.privateKeyPem}`;
    const known = clients.get(key);
    if (known !== undefined) return known;
    const made = createKalshiClient({ baseUrl, credentials, clock: wall, offset });
    clients.set(key, made);
    return made;
  }

  const access = (credentials: Credentials) => ({
    environment,
    baseUrl,
    wsUrl,
    credentials,
    marketClock: clock,
    activity,
    wall,
    client: clientOf(credentials),
    onProblem,
  });

  function openData(credentials: Credentials): { data: KalshiMarketData; scores: Scores } {
    const client = clientOf(credentials);
    const data = kalshiMarketData(access(credentials));
    const { espnBase } = reach;
    const scores = liveScores({
      milestoneOf: (eventTicker) => data.milestoneOf(eventTicker),
      readLiveData: (ids) => client.liveData.batch({ milestone_ids: [...ids] }),
      espn: espnBase === undefined ? undefined : { readScoreboard: scoreboardByHttp(espnBase, { fetch, wall }) },
      clock,
      wall,
      rates: reach.isStepped
        ? { liveMs: NEVER_MS, preGameMs: NEVER_MS }
        : { liveMs: configuration.scoreLiveS * 1_000, preGameMs: configuration.scorePregameS * 1_000 },
      activity,
    });
    return { data, scores };
  }

  return {
    environment,
    night: reach.night,
    clock,
    isStepped: reach.isStepped,
    credentialsFor: reach.credentialsFor,
    venue: (credentials) => kalshiVenue({ ...access(credentials), shardOf: (ticker) => open?.data.shardOf(ticker) }),
    data(credentials) {
      open = openData(credentials);
      return open;
    },
    async close() {
      clock.close();
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
