/**
 * A round on an exchange: markets, order, fill over the socket, cancel, portfolio, and what can be seen on the way of what
 * nobody knows yet. It is played on Kalshi's demo exchange or on this machine, costs about a dollar of play money at most, and
 * leaves no order behind.
 */
import { KalshiError } from '../../lib/kalshi/errors.ts';
import { formatCountE2, formatDollarsE6, formatPriceCC } from '../../lib/trading/money.ts';
import type { Desk } from './desk.ts';
import { type Found, findMarket } from './find-market.ts';
import {
  checkTrading,
  learnLimits,
  type PortfolioFacts,
  readBalance,
  readLiveData,
  readPortfolio,
  readShards,
} from './look-around.ts';
import { Notebook } from './notebook.ts';
import { OwnOrders } from './own-orders.ts';
import { words } from './refusals.ts';
import { batch, type RestingFacts, restAmendCancel, restAsk, restReduceOnly } from './rest-orders.ts';
import { subscribeTwice } from './second-subscribe.ts';
import { type Bought, buyOne, type Flat, leaveFlat, positionE2, type SelfTrade, tradeWithSelf } from './take-orders.ts';
import { Trader, type TraderOptions } from './trader.ts';

export interface RoundOptions extends TraderOptions {
  say: (line: string) => void;
}

export interface Failure {
  step: string;
  message: string;
}

/** What a round has come to. What a failed step would have told is undefined. */
export interface RoundReport {
  market: Found | undefined;
  resting: RestingFacts | undefined;
  ask: { orderId: string; legacy: string } | undefined;
  bought: Bought | undefined;
  selfTrade: SelfTrade | undefined;
  restingReduceOnly: string | undefined;
  batch: { orderIds: string[]; canceledE2: number[] } | undefined;
  flat: Flat | undefined;
  /** Orders that a step has left resting, and that were canceled after the last of them. */
  leftovers: number | undefined;
  portfolio: PortfolioFacts | undefined;
  /** By question (see `QUESTIONS`). */
  learned: Record<string, string>;
  /** Reads that did not show yet what had been written. */
  staleReads: number;
  failures: Failure[];
}

type Step = <T>(name: string, act: () => Promise<T>) => Promise<T | undefined>;

/**
 * Plays a round. Steps that fail are named in the report, and the others go on. Throws before anything is sent if an address is
 * neither that of the demo exchange nor on this machine, or if the key is unusable (`KALSHI_KEY_…`).
 */
export async function playRound(options: RoundOptions): Promise<RoundReport> {
  const { say } = options;
  const notebook = new Notebook(say);
  const trader = new Trader(options);
  const failures: Failure[] = [];
  const step: Step = async (name, act) => {
    try {
      return await act();
    } catch (error) {
      if (error instanceof KalshiError && error.status === 403)
        notebook.learn('forbidden', `${error.operation}: ${words(error)}`);
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ step: name, message });
      say(`failed: ${name}: ${message}`);
      return undefined;
    }
  };

  try {
    await step('market time', () => trader.learnMarketTime());
    await step('limits', () => learnLimits(trader, notebook));
    const market = await step('market', () => chooseMarket(trader, say));
    const desk = { trader, notebook, orders: new OwnOrders(trader) };
    const traded = market === undefined ? NOTHING_TRADED : await trade({ ...desk, ticker: market.ticker }, step);
    const leftE2 = traded.flat?.netE2 ?? 0;
    if (leftE2 !== 0) say(`round: ${formatCountE2(leftE2)} contracts of ${market?.ticker} are left, which nobody took`);
    const portfolio = await step('portfolio', () => readPortfolio(trader, notebook));
    await step('shards', () => readShards(trader, notebook));
    await step('live data', () => readLiveData(trader, notebook));
    tellNews(trader, notebook);
    notebook.missed('forbidden', 'nothing was forbidden to this key');
    if (portfolio !== undefined) say(`round: ${describe(portfolio)}`);
    const because = failures.map((failure) => `"${failure.step}" failed`).join(', ');
    return {
      market,
      ...traded,
      portfolio,
      learned: notebook.close(because),
      staleReads: trader.staleReads,
      failures,
    };
  } finally {
    await trader.close();
  }
}

function describe({ balance, positions, fills, settlements }: PortfolioFacts): string {
  const shards = balance.byShard.map(({ exchangeIndex, cashE6 }) => `shard ${exchangeIndex} ${formatDollarsE6(cashE6)}`);
  const cash = `${formatDollarsE6(balance.cashE6)} (${shards.join(', ') || 'no breakdown'})`;
  return `cash ${cash}, positions ${positions}, fills ${fills}, settlements ${settlements}`;
}

async function chooseMarket(trader: Trader, say: (line: string) => void): Promise<Found> {
  await checkTrading(trader);
  const balance = await readBalance(trader);
  const market = await findMarket(trader, balance);
  const quote = `${formatPriceCC(market.bidCC)} to ${formatPriceCC(market.askCC)}`;
  say(`round: ${market.ticker} at ${quote}, cash ${formatDollarsE6(balance.cashE6)}`);
  return market;
}

type Traded = Pick<
  RoundReport,
  'resting' | 'ask' | 'bought' | 'selfTrade' | 'restingReduceOnly' | 'batch' | 'leftovers' | 'flat'
>;

const NOTHING_TRADED: Traded = {
  resting: undefined,
  ask: undefined,
  bought: undefined,
  selfTrade: undefined,
  restingReduceOnly: undefined,
  batch: undefined,
  leftovers: undefined,
  flat: undefined,
};

async function trade(desk: Desk, step: Step): Promise<Traded> {
  const { trader, notebook, ticker } = desk;
  const isConnected = await step('socket', async () => {
    trader.socket.follow([ticker]);
    trader.socket.start();
    return trader.hear('all its channels and a good book', () => {
      const isReady = trader.socket.state().kind === 'connected' && trader.socket.book(ticker)?.isValid === true;
      return isReady || undefined;
    });
  });
  if (isConnected === undefined) return NOTHING_TRADED;
  const resting = await step('resting bid', () => restAmendCancel(desk));
  const ask = await step('resting ask', () => restAsk(desk));
  const bought = await step('fill', () => buyOne(desk));
  const selfTrade = await step('self-trade', () => tradeWithSelf(desk));
  const restingReduceOnly = await step('reduce-only', async () => restReduceOnly(desk, await positionE2(desk)));
  await step('second subscribe', async () => {
    notebook.learn('secondSubscribe', await subscribeTwice(trader, ticker));
  });
  const batched = await step('batch', () => batch(desk));
  const leftovers = await step('leftovers', () => desk.orders.cancelLeftovers());
  // Last, when nothing rests any more that could trade.
  const flat = await step('flat', () => leaveFlat(desk));
  return { resting, ask, bought, selfTrade, restingReduceOnly, batch: batched, leftovers, flat };
}

function tellNews({ newFields, problems }: Trader, notebook: Notebook): void {
  const unknown = problems.filter(({ code }) => code === 'KALSHI_SOCKET_FRAME_UNKNOWN').map(({ message }) => message);
  const seen = [newFields.describe(), ...new Set(unknown)].filter((part) => part !== undefined);
  if (seen.length > 0) notebook.learn('newFields', seen.join('; '));
  else
    notebook.missed(
      'newFields',
      `none of the answers of this round (${newFields.names.join(', ')}) holds a field unknown to the client`,
    );
}
