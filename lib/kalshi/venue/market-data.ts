/** What everybody may see of an exchange's games: lists, quotes, books, candles, and news of markets. */
import type { QuoteCandle } from '../../trading/baseline.ts';
import { DOLLAR_CC, parsePriceCC } from '../../trading/money.ts';
import type { DataHealth, MarketData, MarketDataListener } from '../../trading/ports/market-data.ts';
import { MarketFeed } from '../feed.ts';
import type { Milestone } from '../schema/milestone.ts';
import type { ChannelFrame, MarketLifecycleFrame } from '../schema/socket.ts';
import type { SocketProblem } from '../socket/problems.ts';
import { counted, type KalshiAccessOptions, kalshiAccess } from './access.ts';
import { MarketBoard } from './board.ts';
import { opening } from './failure.ts';
import { Followers } from './followers.ts';
import { Listing } from './listing.ts';
import { Audience } from './problems.ts';
import { leagueOfSeries, seriesOf } from './series.ts';

export interface KalshiMarketDataOptions extends KalshiAccessOptions {
  /** Most reads of order books a second while the socket does not serve them; 2 if not said. */
  readsPerS?: number | undefined;
  /** A market that opens later than so long from now (market time) is not listed yet; a day if not said. */
  horizonMs?: number | undefined;
}

export interface KalshiMarketData extends MarketData {
  /** The shard that lists a market; undefined for one that was not listed here. */
  shardOf(ticker: string): number | undefined;
  /** The milestone behind a listed game, as Kalshi sent it: what score sources find the game by. */
  milestoneOf(eventTicker: string): Milestone | undefined;
}

const READS_PER_S = 2;
const DAY_MS = 86_400_000;
const MINUTE_S = 60;
/** Kalshi cuts off what is beyond 5,000 without a word. */
const CANDLES_PER_READ = 4_000;

/** Throws `KALSHI_KEY_…` for an unusable key and `KALSHI_REQUEST_INVALID` for an address that is none. */
export function kalshiMarketData(options: KalshiMarketDataOptions): KalshiMarketData {
  const { environment, baseUrl, activity, onProblem, marketClock } = options;
  const access = kalshiAccess(options, ['orderbook_delta', 'market_lifecycle_v2']);
  const { client, socket, wall } = access;
  const audience = new Audience<MarketDataListener>(onProblem);
  const followers = new Followers();
  const listing = new Listing({
    client,
    wall,
    marketNow: () => marketClock.nowMs(),
    horizonMs: options.horizonMs ?? DAY_MS,
    onProblem,
  });
  const board = new MarketBoard({
    clock: marketClock,
    monotonicMs: () => wall.monotonicMs(),
    onChange: (ticker, status, resultCC) => audience.tell((listener) => listener.market?.(ticker, status, resultCC)),
  });
  const feed = new MarketFeed({
    socket,
    clock: wall,
    readsPerS: options.readsPerS ?? READS_PER_S,
    marketNow: () => marketClock.nowMs(),
    fetchOrderbooks: (tickers) =>
      counted(activity, async () => (await client.markets.orderbooks({ tickers: [...tickers] })).orderbooks),
    onChange: tellQuote,
    onReadFailed: (cause) =>
      onProblem?.({
        code: 'KALSHI_BOOKS_UNREAD',
        message: 'order books could not be read while the socket does not serve them',
        cause,
      }),
  });
  let stops: (() => void)[] = [];
  let wasOpen = false;
  let isBlind = true;

  /** Written out: the hot path. */
  function tellQuote(ticker: string): void {
    for (const listener of audience.listeners) {
      try {
        listener.quote?.(ticker);
      } catch (cause) {
        audience.failed(cause);
      }
    }
  }

  const tellListed = () => audience.tell((listener) => listener.listed?.());

  function health(): DataHealth {
    const { kind, heardAgeMs, reason } = socket.state();
    return { kind, heardAgeMs, reason };
  }

  function takeState(): void {
    const now = health();
    const isBack = isBlind && now.kind !== 'blind' && wasOpen;
    isBlind = now.kind === 'blind';
    wasOpen ||= !isBlind;
    audience.tell((listener) => listener.health?.(now));
    // What was announced meanwhile went unheard; what is read before the news are subscribed may miss more.
    if (isBack) void socket.roundTrip().then(() => stops.length > 0 && tellListed());
  }

  function takeFrame(frame: ChannelFrame): void {
    if (frame.type === 'market_lifecycle_v2') takeNews(frame.msg);
    else if (frame.type === 'event_fee_update' && board.hasEvent(frame.msg.event_ticker)) tellListed();
  }

  function takeNews(msg: MarketLifecycleFrame['msg']): void {
    const isKnown = tookNews(msg);
    const isOurs = (ticker: string) => leagueOfSeries(seriesOf(ticker)) !== undefined || board.isListed(seriesOf(ticker));
    const isNew = msg.event_type === 'created' && !isKnown && isOurs(msg.market_ticker);
    if (isNew || (msg.event_type === 'metadata_updated' && isKnown)) tellListed();
  }

  function tookNews(msg: MarketLifecycleFrame['msg']): boolean {
    try {
      return board.news(msg);
    } catch (cause) {
      const message = `the exchange told something of ${msg.market_ticker} that cannot be read: the list says how it stands`;
      onProblem?.({ code: 'KALSHI_FRAME_UNREADABLE', message, cause });
      tellListed();
      return true;
    }
  }

  function takeProblem(problem: SocketProblem): void {
    onProblem?.(problem);
    if (problem.code === 'KALSHI_SOCKET_GAP' && problem.channel === 'market_lifecycle_v2') tellListed();
  }

  function stop(): void {
    for (const each of stops) each();
    stops = [];
  }

  async function readCandles(ticker: string, fromMs: number, toMs: number): Promise<QuoteCandle[]> {
    const [fromS, toS] = [Math.floor(fromMs / 1000), Math.floor(toMs / 1000)];
    const candles = new Map<number, QuoteCandle>();
    for (let startS = fromS; startS <= toS; startS += CANDLES_PER_READ * MINUTE_S) {
      const { candlesticks } = await client.markets.candlesticks({
        series_ticker: seriesOf(ticker),
        ticker,
        start_ts: startS,
        end_ts: Math.min(toS, startS + CANDLES_PER_READ * MINUTE_S - 1),
        period_interval: 1,
        // Kalshi leaves out minutes in which nothing happened: what stood before them is in the last one before.
        include_latest_before_start: startS === fromS,
      });
      for (const { end_period_ts: endS, yes_bid: bid, yes_ask: ask } of candlesticks) {
        // The candle for what was before may tell no prices: that is no word about them.
        if (bid.close_dollars === null || ask.close_dollars === null) continue;
        const endMs = endS * 1000;
        candles.set(endMs, { endMs, bidCC: standingCC(bid.close_dollars), askCC: standingCC(ask.close_dollars) });
      }
    }
    return [...candles.values()].toSorted((one, other) => one.endMs - other.endMs);
  }

  return {
    async open() {
      await counted(activity, () => opening({ environment, baseUrl, client }, () => client.learnLimits()));
      access.mustBeOpen();
      stop();
      stops = [
        client.keepWarm({ read: 1, entry: 0, exit: 0 }),
        socket.listen({ frame: takeFrame, state: takeState, problem: takeProblem }),
      ];
      await counted(activity, () => access.startSocket());
    },
    async close() {
      stop();
      feed.close();
      board.close();
      await access.close();
    },
    list: (choice) =>
      counted(activity, async () => {
        const askedMs = wall.monotonicMs();
        return board.take(await listing.read(choice), askedMs, (ticker) => followers.has(ticker));
      }),
    follow: (tickers, by) => feed.follow(followers.add(tickers, by)),
    drop: (tickers, by) => feed.drop(followers.remove(tickers, by)),
    quote: (ticker) => feed.quote(ticker),
    depth(ticker, levels) {
      const book = feed.book(ticker);
      if (book === undefined) return undefined;
      const ladder = (side: 'bid' | 'ask') =>
        book.ladder(side, levels).map(({ priceCC, sizeE2: countE2 }) => ({ priceCC, countE2 }));
      return { bids: ladder('bid'), asks: ladder('ask') };
    },
    candles: (ticker, fromMs, toMs) => counted(activity, () => readCandles(ticker, fromMs, toMs)),
    listen: (listener) => audience.add(listener),
    health,
    caughtUp: () => socket.roundTrip(),
    shardOf: (ticker) => board.shardOf(ticker),
    milestoneOf: (eventTicker) => board.milestoneOf(eventTicker),
  };
}

/** An empty side is told as a price of 0 or 1. */
function standingCC(written: string): number | undefined {
  const priceCC = parsePriceCC(written);
  return priceCC > 0 && priceCC < DOLLAR_CC ? priceCC : undefined;
}
