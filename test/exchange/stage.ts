/** A small stage for exchange tests: one series, one game with two markets, members with money. */

import type { ExchangeEvent } from '../../lib/exchange/engine/events.ts';
import { Exchange } from '../../lib/exchange/engine/exchange.ts';
import type { PlaceOrder } from '../../lib/exchange/engine/orders.ts';
import { Refusal } from '../../lib/exchange/engine/refusal.ts';
import type { Account } from '../../lib/exchange/engine/state.ts';
import type { EventListing, MarketListing, ScenarioAction, SeriesListing } from '../../lib/exchange/scenario/types.ts';

export const START_MS = Date.UTC(2026, 10, 20, 18);
export const HOME = 'KXNBAGAME-26NOV20AAABBB-BBB';
export const AWAY = 'KXNBAGAME-26NOV20AAABBB-AAA';
export const EVENT = 'KXNBAGAME-26NOV20AAABBB';
const DAY_MS = 86_400_000;

export const series: SeriesListing = {
  ticker: 'KXNBAGAME',
  title: 'Professional Basketball Game',
  category: 'Sports',
  tags: ['Basketball'],
  frequency: 'custom',
  feeType: 'quadratic_with_maker_fees',
  feeMultiplier: 1,
  exchangeIndex: 0,
  competition: 'Pro Basketball',
};

export const event: EventListing = {
  ticker: EVENT,
  seriesTicker: series.ticker,
  title: 'A at B',
  subTitle: 'AAA at BBB',
  mutuallyExclusive: true,
  collateralReturnType: 'MECNET',
  exchangeIndex: 0,
  productMetadata: { competition: 'Pro Basketball' },
};

export function market(ticker: string, change: Partial<MarketListing> = {}): MarketListing {
  return {
    ticker,
    eventTicker: EVENT,
    title: `Will ${ticker} win?`,
    yesSubTitle: ticker,
    noSubTitle: ticker,
    rulesPrimary: 'The winner pays.',
    rulesSecondary: '',
    openMs: START_MS,
    closeMs: START_MS + 14 * DAY_MS,
    expectedExpirationMs: START_MS + 3 * 3_600_000,
    settlementTimerS: 300,
    priceLevelStructure: 'linear_cent',
    priceRanges: [{ startCC: 0, endCC: 10_000, stepCC: 100 }],
    customStrike: {},
    earlyCloseCondition: 'Closes when the winner is known.',
    ...change,
  };
}

export interface Stage {
  exchange: Exchange;
  events: ExchangeEvent[];
  perform(action: ScenarioAction): void;
  open(dollars: number): Account;
  place(account: Account, order: Partial<PlaceOrder>): ReturnType<typeof placed>;
}

function placed(exchange: Exchange, account: Account, order: PlaceOrder) {
  return exchange.apply<'place'>({ kind: 'place', accountId: account.id, order });
}

export function order(change: Partial<PlaceOrder>): PlaceOrder {
  return {
    ticker: HOME,
    clientOrderId: undefined,
    side: 'bid',
    countE2: 1_000,
    priceCC: 5_000,
    timeInForce: 'good_till_canceled',
    selfTradePrevention: 'taker_at_cross',
    expirationMs: undefined,
    postOnly: false,
    reduceOnly: false,
    cancelOnPause: false,
    groupId: undefined,
    exchangeIndex: undefined,
    ...change,
  };
}

export function setStage(
  options: { shards?: number[]; event?: Partial<EventListing>; markets?: MarketListing[]; thursdayPause?: boolean } = {},
): Stage {
  const events: ExchangeEvent[] = [];
  const exchange = new Exchange({
    seed: 7,
    startMs: START_MS,
    shards: options.shards ?? [0],
    thursdayPause: options.thursdayPause ?? false,
    onEvent: (one) => events.push(one),
  });
  exchange.perform({ kind: 'series', series });
  exchange.perform({
    kind: 'event',
    event: { ...event, ...options.event },
    markets: options.markets ?? [market(AWAY), market(HOME)],
  });
  return {
    exchange,
    events,
    perform: (action) => exchange.perform(action),
    open: (dollars) =>
      exchange.apply<'open_account'>({ kind: 'open_account', name: 'member', tier: 'basic', purses: [[0, dollars * 1_000_000]] }),
    place: (account, change) => placed(exchange, account, order(change)),
  };
}

/** The refusal that an act ends with, as "status code[: details]", or "done". */
export function outcome(act: () => unknown): string {
  try {
    act();
    return 'done';
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return `${refusal.status} ${refusal.code}${refusal.details === undefined ? '' : `: ${refusal.details}`}`;
  }
}

/** The last that was told of any order of the account. */
export function lastOrderOf(stage: Stage, account: Account): Extract<ExchangeEvent, { kind: 'order' }> {
  const told = stage.events.findLast((one) => one.kind === 'order' && one.order.accountId === account.id);
  if (told?.kind !== 'order') throw new Error('no order of this account was told');
  return told;
}
