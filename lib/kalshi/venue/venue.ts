/** One account at Kalshi, or at the practice exchange, as the order path needs it. */
import { formatCountE2 } from '../../trading/money.ts';
import type { NewOrder, Venue, VenueListener, VenueReads } from '../../trading/ports/venue.ts';
import { KalshiError } from '../errors.ts';
import { fillFromFrame, orderFromFrame } from '../parse.ts';
import type { ChannelFrame } from '../schema/socket.ts';
import { type KalshiSocket, PRIVATE_CHANNELS } from '../socket/socket.ts';
import { counted, type KalshiAccessOptions, kalshiAccess } from './access.ts';
import { cannotTrade, opening } from './failure.ts';
import { cancelOrder, type OrderRouting, placeOrder } from './orders.ts';
import { PrivateHealth } from './private-health.ts';
import { Audience } from './problems.ts';
import { venueReads } from './reads.ts';

export interface KalshiVenueOptions extends KalshiAccessOptions {
  /** The longest silence of the socket before fills and orders count as not sure to arrive; 15 s if not said. Wall time. */
  privateHeartbeatMs?: number | undefined;
  /** Of the account; the primary one if not said. */
  subaccount?: number | undefined;
  /** The shard that lists a market, as market data know it. Where it is not known, the exchange routes by ticker. */
  shardOf?: ((ticker: string) => number | undefined) | undefined;
}

export interface KalshiVenue extends Venue {
  /**
   * Resolves when everything that the exchange had sent of this account before the call has been taken in. While there is no connection
   * it waits for one; `close` resolves it.
   */
  caughtUp(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const PRIMARY = 0;
const TRADING_SCOPES: readonly string[] = ['write', 'write::trade'];

/** Throws `KALSHI_KEY_…` for an unusable key and `KALSHI_REQUEST_INVALID` for an address that is none. */
export function kalshiVenue(options: KalshiVenueOptions): KalshiVenue {
  const { environment, baseUrl, activity, onProblem, subaccount, shardOf = () => undefined } = options;
  const access = kalshiAccess(options, ['orderbook_delta', ...PRIVATE_CHANNELS]);
  const { client, socket, wall } = access;
  const audience = new Audience<VenueListener>(onProblem);
  const routing: OrderRouting = { client, subaccount, shardOf };
  const health = new PrivateHealth({
    socket,
    wall,
    heartbeatMs: options.privateHeartbeatMs ?? HEARTBEAT_MS,
    onChange: (now) => audience.tell((listener) => listener.health?.(now)),
  });
  const watched = new RestingBooks(socket);
  let stops: (() => void)[] = [];

  function take(frame: ChannelFrame): void {
    if (frame.type === 'fill' && (frame.msg.subaccount ?? PRIMARY) === (subaccount ?? PRIMARY)) {
      const fill = fillFromFrame(frame);
      audience.tell((listener) => listener.fill?.(fill));
    } else if (frame.type === 'user_order' && (frame.msg.subaccount_number ?? PRIMARY) === (subaccount ?? PRIMARY)) {
      const order = orderFromFrame(frame);
      if (order === undefined) return;
      if (order.status !== 'resting') watched.drop(order.clientOrderId);
      audience.tell((listener) => listener.order?.(order));
    }
  }

  async function checkCredentials(): Promise<void> {
    const scopes = await opening({ environment, baseUrl, client }, async () => {
      const [read] = await Promise.all([readScopes(), client.learnLimits()]);
      return read;
    });
    if (scopes !== undefined && !scopes.some((scope) => TRADING_SCOPES.includes(scope))) throw cannotTrade(environment);
  }

  /** Undefined where the key is not let see it, as one that is locked to a subaccount. */
  async function readScopes(): Promise<readonly string[] | undefined> {
    try {
      const { api_keys } = await client.apiKeys.all();
      return api_keys.find(({ api_key_id }) => api_key_id === client.signer?.keyId)?.scopes;
    } catch (error) {
      if (error instanceof KalshiError && error.code === 'KALSHI_FORBIDDEN') return undefined;
      throw error;
    }
  }

  function stop(): void {
    for (const each of stops) each();
    stops = [];
  }

  const reads = venueReads(client, subaccount);
  const read =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A) =>
      counted(activity, () => call(...args));

  return {
    environment,
    async open() {
      await counted(activity, checkCredentials);
      access.mustBeOpen();
      stop();
      health.start();
      stops = [
        () => health.stop(),
        client.keepWarm(),
        client.signOrdersAhead(),
        socket.listen({
          frame: (frame) => {
            try {
              take(frame);
            } catch (cause) {
              health.doubt();
              onProblem?.({
                code: 'KALSHI_FRAME_UNREADABLE',
                message: `the exchange sent a ${frame.type} that contradicts itself`,
                cause,
              });
            }
          },
          ownDelta: ({ clientOrderId, ticker }) => audience.tell((listener) => listener.book?.({ clientOrderId, ticker })),
          problem: (problem) => onProblem?.(problem),
        }),
      ];
      await counted(activity, () => access.startSocket());
    },
    async close() {
      // The end of the socket is news to whoever listens to the health.
      const closing = access.close();
      stop();
      await closing;
    },
    listen: (listener) => audience.add(listener),
    health: () => health.read(),
    caughtUp: () => socket.roundTrip(),

    place: (order) =>
      counted(activity, async () => {
        watched.follow(order);
        const placed = await placeOrder(routing, order);
        const mayRest = placed.kind === 'unknown' || (placed.kind === 'told' && placed.status === 'resting');
        if (!mayRest) watched.drop(order.clientOrderId);
        return placed;
      }),
    cancel: (order) => counted(activity, () => cancelOrder(routing, order)),
    createOrderGroup: read(async (limitE2, exchangeIndex) => {
      const group = { contracts_limit_fp: formatCountE2(limitE2), subaccount, exchange_index: exchangeIndex };
      return (await client.orderGroups.create(group)).order_group_id;
    }),

    ordersOf: read(reads.ordersOf),
    order: read(reads.order),
    resting: read(reads.resting),
    ordersSince: read(reads.ordersSince),
    fillsOf: read(reads.fillsOf),
    fillsSince: read(reads.fillsSince),
    positions: read(reads.positions),
    settlementsSince: read(reads.settlementsSince),
    balance: read(reads.balance),
    userDataMs: read(reads.userDataMs),
  } satisfies KalshiVenue & VenueReads;
}

/**
 * Books in which orders of ours may rest, for as long as they may: the changes that they cause there carry their ids. An order that cannot
 * rest causes none of its own.
 */
class RestingBooks {
  readonly #socket: KalshiSocket;
  /** By client order id: the ticker, and what follows it on the order's behalf. */
  readonly #orders = new Map<string, { ticker: string }>();

  constructor(socket: KalshiSocket) {
    this.#socket = socket;
  }

  follow({ clientOrderId, ticker, timeInForce }: NewOrder): void {
    if (timeInForce !== 'gtc' || this.#orders.has(clientOrderId)) return;
    const by = { ticker };
    this.#orders.set(clientOrderId, by);
    this.#socket.follow([ticker], by);
  }

  drop(clientOrderId: string): void {
    const by = this.#orders.get(clientOrderId);
    if (by === undefined) return;
    this.#orders.delete(clientOrderId);
    this.#socket.drop([by.ticker], by);
  }
}
