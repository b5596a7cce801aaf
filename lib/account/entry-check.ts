/** The last look before an entry: does the market still stand as the decision saw it. Pure. */
import type { Signal } from '../trading/cause.ts';
import { checkPriceMove } from '../trading/order-wish.ts';
import { type SizeCap, sizeEntry } from '../trading/sizing.ts';
import { secondsText } from '../trading/words.ts';
import type { FeedView } from './contract.ts';
import { type Refusal, refusal } from './refusals.ts';
import { DROPPED_AFTER_MS } from './signals.ts';
import { setAsideE6 } from './valuation.ts';

/** Longer unheard of, a feed counts as blind. What a rule itself allows is usually stricter, and was asked before. */
export const BLIND_AFTER_MS = 15_000;

/** `countE2`: as many of the wished contracts as the account's limits leave. */
export type EntryCheck = { ok: true; countE2: number; setsAsideE6: number } | ({ ok: false } & Refusal);

/** `ageMs`: how long ago it was decided. */
export function checkEntry(
  signal: Signal,
  feed: FeedView | undefined,
  { ageMs, nowMs }: { ageMs: number; nowMs: number },
  caps: readonly SizeCap[],
): EntryCheck {
  const { wish, cause } = signal;
  if (ageMs > DROPPED_AFTER_MS) return no('SIGNAL_LATE', `decided ${secondsText(ageMs)} ago`);
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
  const { limitCC } = wish;
  const { fees } = listed.market;
  const sizing = sizeEntry({ limitCC, positionSizeE6: setAsideE6(wish, fees), fees, nowMs, caps });
  const countE2 = sizing.cappedBy === undefined ? wish.countE2 : Math.min(wish.countE2, sizing.countE2);
  if (countE2 === 0) return no('SIZE_CAPPED', sizing.reason);
  return { ok: true, countE2, setsAsideE6: setAsideE6({ limitCC, countE2 }, fees) };
}

function no(code: Parameters<typeof refusal>[0], reason: string): EntryCheck {
  return { ok: false, ...refusal(code, reason) };
}
