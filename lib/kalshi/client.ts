/** The REST client: one object per account and host, with the operations of the exchange in groups. */
import { accountCalls, apiKeysCalls } from './client/account.ts';
import { createCaller } from './client/call.ts';
import { eventsCalls } from './client/events.ts';
import { EXCHANGE_STATUS, exchangeCalls } from './client/exchange.ts';
import { historicalCalls } from './client/historical.ts';
import { marketsCalls } from './client/markets.ts';
import { orderGroupsCalls } from './client/order-groups.ts';
import { CREATE_ORDER, ordersCalls } from './client/orders.ts';
import { portfolioCalls } from './client/portfolio.ts';
import { seriesCalls } from './client/series.ts';
import { liveDataCalls, milestonesCalls, searchCalls, structuredTargetsCalls } from './client/sports.ts';
import { transfersCalls } from './client/transfers.ts';
import { type ClockOffset, createClockOffset } from './clock-offset.ts';
import { requestInvalid } from './errors.ts';
import { createGovernor, type Governor } from './governor.ts';
import { type Credentials, createSigner } from './signing.ts';
import { createTransport, type Lane } from './transport.ts';
import { systemClock, type WallClock } from './wall-clock.ts';

export interface KalshiClientOptions {
  /** `KALSHI_HOSTS.live.rest`, or wherever else a path that ends in `/trade-api/v2` is served. */
  baseUrl: string;
  /** Without them only what Kalshi shows to everybody can be read. */
  credentials?: Credentials | undefined;
  clock?: WallClock | undefined;
  /** In [0, 1); spreads repetitions. */
  random?: (() => number) | undefined;
  /** For one request, to get a connection, and then again from its first byte to the last one of the answer; 5 s if not said. */
  timeoutMs?: number | undefined;
  /** Most connections at a time, for reads, for entries, and for exits and cancels. */
  connections?: Record<Lane, number> | undefined;
  maxAnswerBytes?: number | undefined;
  /** To share what is known of the exchange's clock with a socket; otherwise the client has one of its own. */
  offset?: ClockOffset | undefined;
}

export type KalshiClient = ReturnType<typeof createKalshiClient>;

const TIMEOUT_MS = 5_000;
const WARM_EVERY_MS = 20_000;
const WARM: Record<Lane, number> = { read: 1, entry: 1, exit: 2 };

/**
 * Opens nothing yet: connections come with the first request or with `keepWarm`. Throws `KALSHI_KEY_…` for an unusable key and
 * `KALSHI_REQUEST_INVALID` for a base URL that is none.
 */
export function createKalshiClient(options: KalshiClientOptions) {
  const clock = options.clock ?? systemClock;
  const offset = options.offset ?? createClockOffset();
  const { origin, basePath } = readBaseUrl(options.baseUrl);
  const signer = options.credentials === undefined ? undefined : createSigner(options.credentials, { clock, offset });
  const governor: Governor = createGovernor(clock);
  const transport = createTransport({
    origin,
    clock,
    observeDate: (observation) => offset.observe(observation),
    connections: options.connections,
    maxAnswerBytes: options.maxAnswerBytes,
  });
  const caller = createCaller({
    governor,
    transport,
    signer,
    basePath,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    clock,
    random: options.random ?? Math.random,
  });
  const account = accountCalls(caller);
  const stops = new Set<() => void>();

  /** Ends with the client at the latest. */
  function untilClosed(stop: () => void): () => void {
    const stopOnce = () => {
      if (stops.delete(stopOnce)) stop();
    };
    stops.add(stopOnce);
    return stopOnce;
  }

  return {
    exchange: exchangeCalls(caller),
    series: seriesCalls(caller),
    events: eventsCalls(caller),
    markets: marketsCalls(caller),
    historical: historicalCalls(caller),
    milestones: milestonesCalls(caller),
    liveData: liveDataCalls(caller),
    structuredTargets: structuredTargetsCalls(caller),
    search: searchCalls(caller),
    portfolio: portfolioCalls(caller),
    orders: ordersCalls(caller),
    orderGroups: orderGroupsCalls(caller),
    transfers: transfersCalls(caller),
    account,
    apiKeys: apiKeysCalls(caller),

    /** How far the exchange's clock is ahead of the client's own (`systemClock`, if no other was given). */
    offset,
    /** Undefined without credentials. */
    signer,
    /** Tokens at hand and requests waiting for them. */
    rateState: () => governor.state(),

    /**
     * Asks the exchange for the account's limits and costs; until then those of the Basic tier are kept. Where one of the two cannot be
     * had, the other is kept to all the same, and the failure is thrown.
     */
    async learnLimits(): Promise<void> {
      const learning = [
        account.limits().then((limits) => governor.setLimits(limits)),
        account.endpointCosts().then((costs) => governor.setCosts(costs)),
      ];
      await Promise.allSettled(learning);
      await Promise.all(learning);
    },

    /**
     * Opens connections ahead and asks for the exchange's status over each of them every 20 s, so that none goes cold and the clock
     * offset stays known. The answer stops it.
     */
    keepWarm(connections: Record<Lane, number> = WARM): () => void {
      let cancelTimer = () => {};
      const touchAll = () => {
        cancelTimer = clock.after(WARM_EVERY_MS, touchAll, 'background');
        for (const lane of ['read', 'entry', 'exit'] as const) {
          for (let n = 0; n < connections[lane]; n++) {
            // What is wrong is for the next request to report: nobody waits for this one.
            void caller.touch(EXCHANGE_STATUS, lane).catch(() => {});
          }
        }
      };
      touchAll();
      return untilClosed(() => cancelTimer());
    },

    /** Keeps a signature for the next order ready. The answer stops it. */
    signOrdersAhead(): () => void {
      return untilClosed(signer?.stayAhead(CREATE_ORDER.method, basePath + CREATE_ORDER.path) ?? (() => {}));
    },

    /** Refuses what still waits for its turn, lets requests under way end, closes the connections. */
    async close(): Promise<void> {
      for (const stop of stops) stop();
      governor.close();
      await transport.close();
    },
  };
}

function readBaseUrl(text: string): { origin: string; basePath: string } {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || text.includes('@')) {
    // What stands before an @ is a password.
    const given = text.includes('@') ? 'An address with a user name' : `"${text}"`;
    throw requestInvalid(`${given} is not the address of an exchange, which looks like https://host/trade-api/v2`);
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}
