/** What a venue and a feed of market data stand on: one account's way to one exchange. */
import type { Activity, Clock } from '../../trading/ports/clock.ts';
import type { Environment } from '../../trading/ports/venue.ts';
import { createKalshiClient, type KalshiClient } from '../client.ts';
import { KalshiError } from '../errors.ts';
import type { Channel } from '../schema/socket.ts';
import type { Credentials } from '../signing.ts';
import { KalshiSocket } from '../socket/socket.ts';
import { systemClock, type WallClock } from '../wall-clock.ts';
import type { TellProblem } from './problems.ts';

export interface KalshiAccessOptions {
  environment: Environment;
  /** Ends in `/trade-api/v2`. */
  baseUrl: string;
  /** Ends in `/trade-api/ws/v2`. */
  wsUrl: string;
  credentials: Credentials;
  marketClock: Clock;
  activity: Activity;
  wall?: WallClock | undefined;
  /** Uniform in [0, 1). */
  random?: (() => number) | undefined;
  /** One that is shared, so that its users keep to the account's rate limits together; its owner closes it. */
  client?: KalshiClient | undefined;
  /** What goes wrong without anybody having asked: for the log. */
  onProblem?: TellProblem | undefined;
}

export interface KalshiAccess {
  client: KalshiClient;
  /** Not started. */
  socket: KalshiSocket;
  wall: WallClock;
  /** Throws `KALSHI_CLOSED` once it has been closed: what was begun before is not to be gone on with. */
  mustBeOpen(): void;
  /** Starts the socket; resolves when what it subscribes to is confirmed, or something has gone wrong for the first time. */
  startSocket(): Promise<void>;
  close(): Promise<void>;
}

/** Throws `KALSHI_KEY_…` for an unusable key and `KALSHI_REQUEST_INVALID` for an address that is none. */
export function kalshiAccess(options: KalshiAccessOptions, channels: readonly Channel[]): KalshiAccess {
  const { baseUrl, wsUrl, credentials, marketClock, wall = systemClock, random } = options;
  const own =
    options.client === undefined ? createKalshiClient({ baseUrl, credentials, clock: wall, random: options.random }) : undefined;
  const client = options.client ?? own;
  const signer = client?.signer;
  if (client === undefined || signer === undefined) {
    throw new KalshiError('KALSHI_CREDENTIALS_MISSING', 'An account needs an API key', { outcome: 'refused' });
  }
  const socket = new KalshiSocket({
    url: wsUrl,
    headers: () => signer.handshakeHeaders(),
    marketNow: () => marketClock.nowMs(),
    channels,
    clock: wall,
    ...(random === undefined ? {} : { random }),
  });
  let closing: Promise<void> | undefined;

  function mustBeOpen(): void {
    if (closing === undefined) return;
    throw new KalshiError('KALSHI_CLOSED', 'The connection to Kalshi was closed while it was being opened', {
      outcome: 'refused',
    });
  }

  return {
    client,
    socket,
    wall,
    mustBeOpen,
    async startSocket() {
      const { promise: trouble, resolve } = Promise.withResolvers<void>();
      const stopListening = socket.listen({ problem: () => resolve() });
      socket.start();
      await Promise.race([socket.roundTrip(), trouble]);
      stopListening();
    },
    close() {
      socket.close();
      closing ??= own?.close() ?? Promise.resolve();
      return closing;
    },
  };
}

/** Counts `run` as work until what follows from its answer has begun: that counts for itself. */
export async function counted<T>(activity: Activity, run: () => Promise<T>): Promise<T> {
  const end = activity.begin();
  try {
    return await run();
  } finally {
    setImmediate(end);
  }
}
