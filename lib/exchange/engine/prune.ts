/** What a night that goes on for weeks lets go of, so that its memory stays bounded. */
import type { EventState, ExchangeState, MarketState } from './state.ts';

/** How long after its pay-out a market is kept as it was, in market time. */
export const KEPT_MS = 7 * 86_400_000;

/** Whether a market was paid out so long ago that its trades and candles may go. */
export function isLongSettled(market: MarketState, nowMs: number): boolean {
  return market.settledMs !== undefined && market.settledMs < nowMs - KEPT_MS;
}

/**
 * Forgets the events whose markets were all settled long ago and never held by a member, with their milestones. What a
 * member has held stays: its result is part of the member's history.
 */
export function pruneEvents(state: ExchangeState): void {
  const houses = [...state.accounts.values()].filter((account) => account.isHouse);
  for (const event of state.events.values()) {
    const isPast = event.markets.every((market) => isLongSettled(market, state.nowMs) && !isMembers(market));
    if (!isPast || event.markets.length === 0) continue;
    for (const market of event.markets) {
      state.markets.delete(market.ticker);
      for (const house of houses) house.positions.delete(market);
    }
    for (const house of houses) house.returned.delete(event);
    state.events.delete(event.ticker);
    event.series.events.splice(event.series.events.indexOf(event), 1);
    forgetMilestones(state, event);
  }
}

function isMembers(market: MarketState): boolean {
  return [...market.positions.keys()].some((account) => !account.isHouse);
}

/** A milestone stays as long as one of its events does. */
function forgetMilestones(state: ExchangeState, event: EventState): void {
  for (const [id, { listing }] of state.milestones) {
    const { relatedEventTickers: tickers } = listing;
    if (tickers.includes(event.ticker) && !tickers.some((ticker) => state.events.has(ticker))) state.milestones.delete(id);
  }
}
