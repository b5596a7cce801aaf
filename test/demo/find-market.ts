/** Looks for a market that a round can be played in with little money. */
import { quoteFromMarket, type VenueBalance } from '../../lib/kalshi/parse.ts';
import { EventData } from '../../lib/kalshi/schema/event.ts';
import { Market } from '../../lib/kalshi/schema/market.ts';
import { CONTRACT_E2, DOLLAR_E6 } from '../../lib/trading/money.ts';
import type { Trader } from './trader.ts';

export interface Touch {
  bidCC: number;
  askCC: number;
}

export interface Found extends Touch {
  ticker: string;
  shard: number;
}

/** Game winners first: they are quoted most. */
const SERIES = [
  'KXNBAGAME',
  'KXNFLGAME',
  'KXNHLGAME',
  'KXMLBGAME',
  'KXNCAAMBGAME',
  'KXNCAAFGAME',
  'KXEPLGAME',
  'KXMLSGAME',
  'KXLALIGAGAME',
  'KXATPMATCH',
  'KXWTAMATCH',
  'KXATPCHALLENGERMATCH',
];
const MOST_EVENT_PAGES = 5;
/** A bid of 2 cents must not be the best one, nor an ask of 99. */
const LOWEST_BID_CC = 300;
const HIGHEST_ASK_CC = 9_700;
const CHEAP_CC = 6_000;
const CENT_CC = 100;
const ENOUGH_E6 = 1.5 * DOLLAR_E6;

/** The most suitable of the sports markets that are open; looks no further than a cheap one with room inside its spread. */
export async function findMarket(trader: Trader, balance: VenueBalance): Promise<Found> {
  const held = await heldTickers(trader);
  const isOpenToUs = ({ ticker, shard }: Found) => !held.has(ticker) && cashOn(balance, shard) >= ENOUGH_E6;
  let best: Found | undefined;
  const looked = new Set<string>();
  for await (const markets of openMarkets(trader)) {
    for (const { ticker } of markets) looked.add(ticker);
    const suitable = markets.flatMap((market) =>
      suitableMarket(trader.newFields.look('Market', Market, market), trader.marketNowMs()),
    );
    for (const found of suitable.filter(isOpenToUs)) if (best === undefined || rank(found) < rank(best)) best = found;
    if (best !== undefined && best.askCC <= CHEAP_CC && insideCC(best) !== undefined) break;
  }
  if (best === undefined)
    throw new Error(`of ${looked.size} open sports markets none is quoted on both sides and can be paid for`);
  return best;
}

/** The lowest whole cent between bid and ask, which is on every grid; undefined where there is none. */
export function insideCC({ bidCC, askCC }: Touch): number | undefined {
  const priceCC = (Math.floor(bidCC / CENT_CC) + 1) * CENT_CC;
  return priceCC < askCC ? priceCC : undefined;
}

async function* openMarkets(trader: Trader): AsyncGenerator<Market[], void, undefined> {
  const { client, newFields } = trader;
  for (const series_ticker of SERIES) {
    yield (await client.markets.page({ series_ticker, status: 'open', limit: 200 })).markets;
  }
  let cursor: string | undefined;
  for (let page = 0; page < MOST_EVENT_PAGES; page++) {
    const paging = cursor === undefined ? {} : { cursor };
    const answer = await client.events.page({ status: 'open', with_nested_markets: true, limit: 200, ...paging });
    const events = answer.events.map((event) => newFields.look('Event', EventData, event));
    yield events.filter((event) => event.category === 'Sports').flatMap((event) => event.markets ?? []);
    cursor = answer.cursor ?? '';
    if (cursor === '') return;
  }
}

/** The market, or nothing where its quote does not serve. */
function suitableMarket(market: Market, nowMs: number): Found[] {
  const { bidCC, bidSizeE2, askCC, askSizeE2 } = quoteFromMarket(market, nowMs);
  if (market.status !== 'active' || bidCC === undefined || askCC === undefined) return [];
  if (bidCC < LOWEST_BID_CC || askCC > HIGHEST_ASK_CC || bidCC >= askCC) return [];
  if (Math.min(bidSizeE2, askSizeE2) < CONTRACT_E2) return [];
  return [{ ticker: market.ticker, shard: market.exchange_index ?? 0, bidCC, askCC }];
}

/** Lower is better: cheap before dear, room inside the spread before none, then the narrower spread. */
function rank(found: Found): number {
  const dear = found.askCC <= CHEAP_CC ? 0 : 2;
  const tight = insideCC(found) === undefined ? 1 : 0;
  return (dear + tight) * 10_000 + found.askCC - found.bidCC;
}

/** Where the account has a position or an order, the round would get into its way. */
async function heldTickers({ client }: Trader): Promise<Set<string>> {
  const [positions, orders] = await Promise.all([
    Array.fromAsync(client.portfolio.positions({ count_filter: ['position'] })),
    Array.fromAsync(client.orders.list({ status: 'resting' })),
  ]);
  return new Set([...positions, ...orders].map(({ ticker }) => ticker));
}

/** Cash is held by shard; without a breakdown all of it counts everywhere. */
function cashOn({ byShard, cashE6 }: VenueBalance, shard: number): number {
  if (byShard.length === 0) return cashE6;
  return byShard.find(({ exchangeIndex }) => exchangeIndex === shard)?.cashE6 ?? 0;
}
