/**
 * Partial fills to order: just before an order is placed, the house's quote on the other side of the book is made thinner, so
 * that of what the order could have traded only a share is there. It is done by an ordinary `quote` of the house, so it is
 * journaled like everything else and stands until the house quotes again. What members offer is left alone.
 */
import type { BookHalf } from '../engine/book.ts';
import { otherHalf } from '../engine/matching.ts';
import type { Account, MarketState } from '../engine/state.ts';
import type { Night } from '../night.ts';
import type { Level } from '../scenario/types.ts';
import type { BookSide } from '../units.ts';
import { countFrom, priceFrom } from './sections/amounts.ts';

export interface IncomingOrder {
  ticker: string;
  side: BookSide;
  priceCC: number;
  countE2: number;
}

/** The order that a decoded body asks for; throws what the order itself would be refused with. */
export function incomingOrder(body: Readonly<Record<string, unknown>>): IncomingOrder {
  const { ticker, side, price, count } = body;
  return {
    ticker: String(ticker),
    side: side === 'bid' ? 'bid' : 'ask',
    priceCC: priceFrom(String(price)),
    countE2: countFrom('count', String(count)),
  };
}

/** Leaves within the order's reach only `fraction` (0 to 1) of what it would trade, down to a hundredth of a contract. */
export function thinBook(night: Night, account: Account, order: IncomingOrder, fraction: number): void {
  const market = night.exchange.state.markets.get(order.ticker);
  if (market?.status !== 'active') return;
  const against = otherHalf({ market, side: order.side });
  const isReached = ({ priceCC }: Level): boolean => against.isReachedBy(order.priceCC, priceCC);
  const house = levelsOf(against, (owner) => owner.isHouse);
  const members = levelsOf(against, (owner) => !owner.isHouse && owner !== account).filter(isReached);
  const reachable = sum(members) + sum(house.filter(isReached));
  let left = Math.max(0, Math.floor(Math.min(order.countE2, reachable) * fraction) - sum(members));
  const thinned = house.map((level) => {
    if (!isReached(level)) return level;
    const countE2 = Math.min(left, level.countE2);
    left -= countE2;
    return { ...level, countE2 };
  });
  quote(
    night,
    market,
    order.side,
    thinned.filter((level) => level.countE2 > 0),
  );
}

function quote(night: Night, market: MarketState, side: BookSide, thinned: Level[]): void {
  const own = levelsOf(side === 'bid' ? market.bids : market.asks, (owner) => owner.isHouse);
  const [bids, asks] = side === 'bid' ? [own, thinned] : [thinned, own];
  night.execute({ kind: 'perform', action: { kind: 'quote', ticker: market.ticker, bids, asks } });
}

/** What certain accounts offer on one side, best first. */
function levelsOf(half: BookHalf, isCounted: (owner: Account) => boolean): Level[] {
  const levels = half.levels.map(({ priceCC, orders }) => {
    const counted = [...orders].filter((order) => isCounted(order.account));
    return { priceCC, countE2: counted.reduce((total, order) => total + order.remainingE2, 0) };
  });
  return levels.filter((level) => level.countE2 > 0);
}

function sum(levels: Level[]): number {
  return levels.reduce((total, level) => total + level.countE2, 0);
}
