/** The last look before an entry: does the market still stand as the decision saw it. Pure. */
import type { Signal } from '../trading/cause.ts';
import { checkPriceMove } from '../trading/order-wish.ts';
import { secondsText } from '../trading/words.ts';
import type { FeedView } from './contract.ts';
import { type Refusal, refusal } from './refusals.ts';
import { DROPPED_AFTER_MS } from './signals.ts';
import { setAsideE6 } from './valuation.ts';

/** Longer unheard of, a feed counts as blind. What a rule itself allows is usually stricter, and was asked before. */
export const BLIND_AFTER_MS = 15_000;

export type EntryCheck = { ok: true; setsAsideE6: number } | ({ ok: false } & Refusal);

export function checkEntry(signal: Signal, feed: FeedView | undefined, nowMs: number): EntryCheck {
  const { wish, cause } = signal;
  if (nowMs - signal.atMs > DROPPED_AFTER_MS) return no('SIGNAL_LATE', `decided ${secondsText(nowMs - signal.atMs)} ago`);
  if (feed === undefined) return no('FEED_BLIND', 'there is no market data');
  const listed = feed.market(cause.ticker);
  if (listed === undefined) return no('MARKET_UNKNOWN', `${cause.ticker} is not followed, so its fees are not known`);
  if (listed.market.status !== 'open') return no('MARKET_NOT_OPEN', `the market is ${listed.market.status}`);
  const health = feed.health();
  if (health.kind === 'blind') return no('FEED_BLIND', `no market data: ${health.reason}`);
  const standing = feed.quote(cause.ticker);
  if (standing === undefined) return no('FEED_BLIND', 'no quote of this market');
  if (standing.ageMs > BLIND_AFTER_MS) return no('FEED_BLIND', `the quote was last known ${secondsText(standing.ageMs)} ago`);
  if (signal.maxPriceMoveCC !== undefined) {
    const moved = checkPriceMove(wish, standing.quote, signal.maxPriceMoveCC);
    if (!moved.ok) return no('PRICE_MOVED', moved.reason);
  }
  return { ok: true, setsAsideE6: setAsideE6(wish, listed.market.fees) };
}

function no(code: Parameters<typeof refusal>[0], reason: string): EntryCheck {
  return { ok: false, ...refusal(code, reason) };
}
