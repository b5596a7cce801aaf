/** From listing to pay-out: what happens to events and markets, and the exchange's own pauses. */
import type { EventListing, MarketListing, MilestoneListing, SeriesListing } from '../scenario/types.ts';
import { announceMarket, announcePosition } from './announce.ts';
import { BookHalf } from './book.ts';
import { relockEvent, returnCollateral } from './collateral.ts';
import { payoutE6, purseOf } from './ledger.ts';
import { enforceMargin, takeOffAll } from './matching.ts';
import { pruneEvents } from './prune.ts';
import { badRequest, notFound } from './refusal.ts';
import type {
  Account,
  CancelReason,
  EventState,
  ExchangeState,
  MarketState,
  MarketStatus,
  Position,
  SeriesState,
} from './state.ts';

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
  pruneEvents(state);
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
    statusBeforeClose: 'active',
    closeMs: listing.closeMs,
    closeTimer: undefined,
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
    payoutMs: undefined,
    settledMs: undefined,
  };
  state.markets.set(market.ticker, market);
  event.markets.push(market);
  announceMarket(state, market, 'created');
  if (market.status === 'initialized') state.timers.set(listing.openMs, () => open(state, market));
  setCloseTimer(state, market);
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
    if (market.status === 'closed') market.status = reopened(state, market);
    setCloseTimer(state, market);
  } else {
    closeIfDue(state, market);
  }
}

/** What a closed market is again when its close moves on: paused if it was, open if its time to open has come. */
function reopened(state: ExchangeState, market: MarketState): MarketStatus {
  if (market.statusBeforeClose === 'inactive') return 'inactive';
  return market.listing.openMs <= state.nowMs ? 'active' : 'initialized';
}

/** One close per market is due: an earlier date that no longer holds is not. */
function setCloseTimer(state: ExchangeState, market: MarketState): void {
  if (market.closeTimer) market.closeTimer.isOff = true;
  market.closeTimer = state.timers.set(market.closeMs, () => closeIfDue(state, market));
}

function closeIfDue(state: ExchangeState, market: MarketState): void {
  const isOpen = market.status === 'active' || market.status === 'inactive' || market.status === 'initialized';
  if (!isOpen || market.closeMs > state.nowMs) return;
  if (market.closeTimer) market.closeTimer.isOff = true;
  market.statusBeforeClose = market.status;
  market.status = 'closed';
  market.updatedMs = state.nowMs;
  state.timers.set(state.nowMs + CLOSE_SWEEP_MS, () => {
    if (market.status === 'closed') sweep(state, market, 'CloseCancel');
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
  market.closeMs = Math.min(market.closeMs, state.nowMs);
  if (market.closeTimer) market.closeTimer.isOff = true;
  sweep(state, market, 'CloseCancel');
  market.status = 'determined';
  market.result = result;
  market.valueCC = valueCC;
  market.determinedMs = state.nowMs;
  announceMarket(state, market, 'determined');
  market.payoutMs = state.nowMs + market.listing.settlementTimerS * 1000;
  state.timers.set(market.payoutMs, () => settleDue(state, market.event));
}

/**
 * Pays out the markets of an event whose time has come. All are paid before any collateral is taken back: what one market pays
 * is what the other's early return stood on.
 */
function settleDue(state: ExchangeState, event: EventState): void {
  const due = event.markets.filter(({ status, payoutMs }) => status === 'determined' && (payoutMs ?? Infinity) <= state.nowMs);
  const paid = new Map<Account, MarketState[]>();
  for (const market of due) {
    for (const account of pay(state, market)) paid.set(account, [...(paid.get(account) ?? []), market]);
  }
  for (const [account, markets] of paid) {
    returnCollateral(account, event);
    for (const market of markets) announcePosition(state, account, market);
    for (const market of markets) relockEvent(state, account, market);
    for (const market of markets) enforceMargin(state, account, market.shard);
  }
}

/** Pays one market's positions. Returns the accounts that held any. */
function pay(state: ExchangeState, market: MarketState): Account[] {
  market.status = 'finalized';
  market.settledMs = state.nowMs;
  announceMarket(state, market, 'settled');
  const holders = [...market.positions].filter(([, position]) => position.quantityE2 !== 0);
  for (const [account, position] of holders) payPosition(state, market, account, position);
  market.openInterestE2 = 0;
  return holders.map(([account]) => account);
}

function payPosition(state: ExchangeState, market: MarketState, account: Account, position: Position): void {
  const { valueCC, result } = market;
  if (valueCC === undefined || result === '') throw new Error(`${market.ticker} is paid out without a result`);
  const revenueE6 = payoutE6(position.quantityE2, valueCC);
  const isYes = position.quantityE2 > 0;
  const heldE2 = Math.abs(position.quantityE2);
  const { costE6 } = position;
  purseOf(account, market.shard).cashE6 += revenueE6;
  position.realizedE6 += revenueE6 - costE6;
  position.quantityE2 = 0;
  position.costE6 = 0;
  position.updatedMs = state.nowMs;
  state.touched.add(account);
  if (account.isHouse) return;
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
}

/** Cancels everything that rests in a market. */
function sweep(state: ExchangeState, market: MarketState, reason: CancelReason): void {
  const resting = [market.bids, market.asks].flatMap((half) => half.levels.flatMap((level) => [...level.orders]));
  takeOffAll(state, resting, reason);
}

/** Trading or the whole exchange pauses or resumes. When a pause begins, orders that asked for it are canceled. */
export function setActivity(state: ExchangeState, activity: { exchangeActive: boolean; tradingActive: boolean }): void {
  const wasTrading = state.exchangeActive && state.tradingActive;
  state.exchangeActive = activity.exchangeActive;
  state.tradingActive = activity.tradingActive;
  if (!wasTrading || (state.exchangeActive && state.tradingActive)) return;
  const resting = [...state.accounts.values()].flatMap((account) => [...account.resting.values()]);
  takeOffAll(
    state,
    resting.filter((order) => order.cancelOnPause),
    'HaltCancel',
  );
}
