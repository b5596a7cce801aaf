/** From listing to pay-out: what happens to events and markets, and the exchange's own pauses. */
import type { EventListing, MarketListing, MilestoneListing, SeriesListing } from '../scenario/types.ts';
import { announceMarket, announcePosition } from './announce.ts';
import { BookHalf } from './book.ts';
import { payoutE6, purseOf, returnCollateral } from './ledger.ts';
import { enforceMargin, takeOff } from './matching.ts';
import { badRequest, notFound } from './refusal.ts';
import type { Account, CancelReason, EventState, ExchangeState, MarketState, SeriesState } from './state.ts';

/** Resting orders outlive the close by a moment, in which the exchange refuses to cancel them. */
const CLOSE_SWEEP_MS = 1_000;

export function listSeries(state: ExchangeState, listing: SeriesListing): SeriesState {
  const known = state.series.get(listing.ticker);
  if (known) return known;
  const series: SeriesState = { listing, events: [], updatedMs: state.nowMs };
  state.series.set(listing.ticker, series);
  return series;
}

export function listEvent(state: ExchangeState, listing: EventListing, markets: MarketListing[]): void {
  const series = state.series.get(listing.seriesTicker);
  if (!series) throw badRequest(`event ${listing.ticker} names series ${listing.seriesTicker}, which is not listed`);
  const known = [listing.ticker, ...markets.map((market) => market.ticker)].find(
    (ticker) => state.events.has(ticker) || state.markets.has(ticker),
  );
  if (known !== undefined) throw badRequest(`${known} is listed already`);
  if (!state.shards.includes(listing.exchangeIndex)) throw badRequest(`unknown exchange_index ${listing.exchangeIndex}`);
  const event: EventState = { ticker: listing.ticker, listing, series, markets: [], updatedMs: state.nowMs };
  state.events.set(listing.ticker, event);
  series.events.push(event);
  state.emit({ kind: 'event', event, atMs: state.nowMs });
  for (const market of markets) listMarket(state, event, market);
}

function listMarket(state: ExchangeState, event: EventState, listing: MarketListing): void {
  const market: MarketState = {
    ticker: listing.ticker,
    id: state.ids.next(),
    listing,
    event,
    shard: event.listing.exchangeIndex,
    bids: new BookHalf('bid'),
    asks: new BookHalf('ask'),
    positions: new Map(),
    status: listing.openMs <= state.nowMs ? 'active' : 'initialized',
    closeMs: listing.closeMs,
    createdMs: state.nowMs,
    updatedMs: state.nowMs,
    lastPriceCC: 0,
    lastSizeE2: 0,
    volumeE2: 0,
    turnoverE6: 0,
    openInterestE2: 0,
    result: '',
    valueCC: undefined,
    determinedMs: undefined,
    settledMs: undefined,
  };
  state.markets.set(market.ticker, market);
  event.markets.push(market);
  announceMarket(state, market, 'created');
  if (market.status === 'initialized') state.timers.set(listing.openMs, () => open(state, market));
  state.timers.set(market.closeMs, () => closeIfDue(state, market));
}

function open(state: ExchangeState, market: MarketState): void {
  if (market.status !== 'initialized') return;
  market.status = 'active';
  market.updatedMs = state.nowMs;
}

export function listMilestone(state: ExchangeState, listing: MilestoneListing): void {
  state.milestones.set(listing.id, { listing, live: undefined, plays: [], updatedMs: state.nowMs });
}

/** The market, or a 404. */
export function marketOf(state: ExchangeState, ticker: string): MarketState {
  const market = state.markets.get(ticker);
  if (!market) throw notFound();
  return market;
}

/** Moves the close. One that is past closes at once; a later one reopens a market that closed without a result. */
export function moveClose(state: ExchangeState, market: MarketState, closeMs: number): void {
  if (market.result !== '') return;
  market.closeMs = closeMs;
  announceMarket(state, market, 'close_date_updated');
  if (closeMs > state.nowMs) {
    if (market.status === 'closed') market.status = 'active';
    state.timers.set(closeMs, () => closeIfDue(state, market));
  } else {
    closeIfDue(state, market);
  }
}

function closeIfDue(state: ExchangeState, market: MarketState): void {
  const isOpen = market.status === 'active' || market.status === 'inactive' || market.status === 'initialized';
  if (!isOpen || market.closeMs > state.nowMs) return;
  market.status = 'closed';
  market.updatedMs = state.nowMs;
  state.timers.set(state.nowMs + CLOSE_SWEEP_MS, () => {
    if (market.status !== 'active') sweep(state, market, 'CloseCancel');
  });
}

export function deactivate(state: ExchangeState, market: MarketState): void {
  if (market.status !== 'active') return;
  market.status = 'inactive';
  announceMarket(state, market, 'deactivated');
}

/** Takes a paused market up again, with an empty book: what rested is canceled. */
export function activate(state: ExchangeState, market: MarketState): void {
  if (market.status !== 'inactive') return;
  sweep(state, market, 'HaltCancel');
  market.status = 'active';
  announceMarket(state, market, 'activated');
}

/** Sets the result. A market that still trades closes first; the pay-out follows when the settlement timer has run. */
export function determine(state: ExchangeState, market: MarketState, result: 'yes' | 'no' | 'scalar', valueCC: number): void {
  if (market.status === 'determined' || market.status === 'finalized') return;
  if (market.status !== 'closed') {
    market.closeMs = state.nowMs;
    market.status = 'closed';
  }
  sweep(state, market, 'CloseCancel');
  market.status = 'determined';
  market.result = result;
  market.valueCC = valueCC;
  market.determinedMs = state.nowMs;
  announceMarket(state, market, 'determined');
  state.timers.set(state.nowMs + market.listing.settlementTimerS * 1000, () => settle(state, market));
}

function settle(state: ExchangeState, market: MarketState): void {
  const { valueCC, result } = market;
  if (market.status !== 'determined' || valueCC === undefined || result === '') return;
  market.status = 'finalized';
  market.settledMs = state.nowMs;
  announceMarket(state, market, 'settled');
  for (const [account, position] of market.positions) {
    if (position.quantityE2 === 0) continue;
    const revenueE6 = payoutE6(position.quantityE2, valueCC);
    const isYes = position.quantityE2 > 0;
    const heldE2 = Math.abs(position.quantityE2);
    const { costE6 } = position;
    purseOf(account, market.shard).cashE6 += revenueE6;
    position.realizedE6 += revenueE6 - costE6;
    position.quantityE2 = 0;
    position.costE6 = 0;
    position.updatedMs = state.nowMs;
    returnCollateral(account, market.event);
    state.touched.add(account);
    if (account.isHouse) continue;
    state.emit({
      kind: 'settlement',
      settlement: {
        accountId: account.id,
        ticker: market.ticker,
        eventTicker: market.event.ticker,
        shard: market.shard,
        result,
        yesE2: isYes ? heldE2 : 0,
        yesCostE6: isYes ? costE6 : 0,
        noE2: isYes ? 0 : heldE2,
        noCostE6: isYes ? 0 : costE6,
        revenueE6,
        valueCC,
        atMs: state.nowMs,
      },
    });
    announcePosition(state, account, market);
    enforceMargin(state, account, market.shard);
  }
  market.openInterestE2 = 0;
}

/** Cancels everything that rests in a market. */
function sweep(state: ExchangeState, market: MarketState, reason: CancelReason): void {
  for (const half of [market.bids, market.asks]) {
    while (half.levels.length > 0) {
      for (const order of half.levels[0]?.orders ?? []) {
        takeOff(state, order, reason);
        break;
      }
    }
  }
}

/** Trading or the whole exchange pauses or resumes. When a pause begins, orders that asked for it are canceled. */
export function setActivity(state: ExchangeState, activity: { exchangeActive: boolean; tradingActive: boolean }): void {
  const wasTrading = state.exchangeActive && state.tradingActive;
  state.exchangeActive = activity.exchangeActive;
  state.tradingActive = activity.tradingActive;
  if (!wasTrading || (state.exchangeActive && state.tradingActive)) return;
  for (const account of state.accounts.values()) haltOrders(state, account);
}

function haltOrders(state: ExchangeState, account: Account): void {
  for (const order of account.resting.values()) if (order.cancelOnPause) takeOff(state, order, 'HaltCancel');
}
