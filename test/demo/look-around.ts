/** What a round reads besides trading. */
import { type KalshiClient } from '../../lib/kalshi/client.ts';
import { balanceFromWire, type VenueBalance } from '../../lib/kalshi/parse.ts';
import { GetAccountApiLimitsResponse } from '../../lib/kalshi/schema/account.ts';
import { Series } from '../../lib/kalshi/schema/event.ts';
import { ExchangeStatus } from '../../lib/kalshi/schema/exchange.ts';
import type { LiveData } from '../../lib/kalshi/schema/live-data.ts';
import { Milestone } from '../../lib/kalshi/schema/milestone.ts';
import { GetBalanceResponse, MarketPosition, Settlement } from '../../lib/kalshi/schema/portfolio.ts';
import type { Notebook } from './notebook.ts';
import { undefinedIfNotFound } from './refusals.ts';
import type { Trader } from './trader.ts';

/** Some series of each sport; the first one that is listed answers. */
const SERIES_OF: Record<string, string[]> = {
  basketball: ['KXNBAGAME', 'KXWNBAGAME', 'KXNCAAMBGAME'],
  tennis: ['KXATPMATCH', 'KXWTAMATCH', 'KXATPCHALLENGERMATCH', 'KXITFMATCH'],
  baseball: ['KXMLBGAME'],
};
const MILESTONES_OF: Record<string, string[]> = {
  basketball: ['basketball_game'],
  football: ['football_game'],
  baseball: ['baseball_game'],
  hockey: ['hockey_game', 'hockey_match'],
};
const MILESTONES = 50;
const GAME_MS = 6 * 3_600_000;

/** Learns the account's tier and limits, and keeps to them from here on. */
export async function learnLimits(trader: Trader, notebook: Notebook): Promise<void> {
  const { client, newFields } = trader;
  await client.learnLimits();
  const limits = newFields.look('Limits', GetAccountApiLimitsResponse, await client.account.limits());
  const [read, write] = [limits.read, limits.write].map((one) => `${one.refill_rate}/s up to ${one.bucket_capacity}`);
  notebook.learn('limits', `tier ${limits.usage_tier}: read ${read}, write ${write}`);
  notebook.missed(
    'batchMaximum',
    `the client sends no batch that does not fit the write bucket (${limits.write.bucket_capacity} tokens on tier ${limits.usage_tier})`,
  );
}

/** Throws while nothing can be traded. */
export async function checkTrading({ client, newFields }: Trader): Promise<void> {
  const status = newFields.look('ExchangeStatus', ExchangeStatus, await client.exchange.status());
  if (!status.exchange_active || !status.trading_active) throw new Error('the exchange does not trade now');
}

export async function readBalance({ client, newFields }: Trader): Promise<VenueBalance> {
  return balanceFromWire(newFields.look('Balance', GetBalanceResponse, await client.portfolio.balance()));
}

export interface PortfolioFacts {
  balance: VenueBalance;
  /** Markets with a position or a past. */
  positions: number;
  fills: number;
  settlements: number;
}

export async function readPortfolio(trader: Trader, notebook: Notebook): Promise<PortfolioFacts> {
  const { client, newFields } = trader;
  const { settlements } = await client.portfolio.settlementsPage({ limit: 100 });
  const [settlement] = settlements;
  if (settlement === undefined) notebook.missed('settlement', 'nothing of this account has been settled yet');
  else
    notebook.learn(
      'settlement',
      Object.keys(newFields.look('Settlement', Settlement, settlement))
        .toSorted()
        .join(', '),
    );
  const { market_positions } = await client.portfolio.positionsPage({ limit: 100 });
  for (const position of market_positions) newFields.look('Position', MarketPosition, position);
  const { fills } = await client.portfolio.fillsPage({ limit: 100 });
  const balance = await readBalance(trader);
  return { balance, positions: market_positions.length, fills: fills.length, settlements: settlements.length };
}

export async function readShards(trader: Trader, notebook: Notebook): Promise<void> {
  const told: string[] = [];
  for (const [sport, tickers] of Object.entries(SERIES_OF)) {
    const found = await firstListed(trader, tickers);
    told.push(`${sport} ${found ?? 'could not be seen here, because no series of it is listed'}`);
  }
  notebook.learn('shards', told.join('; '));
}

async function firstListed({ client, newFields }: Trader, tickers: readonly string[]): Promise<string | undefined> {
  for (const series_ticker of tickers) {
    const answer = await client.series.get({ series_ticker }).catch(undefinedIfNotFound);
    if (answer === undefined) continue;
    const shard = newFields.look('Series', Series, answer.series).exchange_index ?? (await shardOfMarkets(client, series_ticker));
    return `${shard ?? 'untold'} (${series_ticker})`;
  }
  return undefined;
}

async function shardOfMarkets(client: KalshiClient, series_ticker: string): Promise<number | undefined> {
  const { markets } = await client.markets.page({ series_ticker, limit: 1 });
  return markets[0]?.exchange_index ?? undefined;
}

export async function readLiveData(trader: Trader, notebook: Notebook): Promise<void> {
  const told: string[] = [];
  for (const [sport, types] of Object.entries(MILESTONES_OF)) {
    const richest = await richestLiveData(trader, types);
    told.push(
      richest === undefined
        ? `${sport} could not be seen here, because no game of it has live data`
        : `${sport} (${statusOf(richest)}) ${Object.keys(richest.details).toSorted().join(', ')}`,
    );
  }
  notebook.learn('liveData', told.join('; '));
}

/** Of the games that are on or near, the one whose live data hold the most. */
async function richestLiveData(trader: Trader, types: readonly string[]): Promise<LiveData | undefined> {
  const { client, newFields } = trader;
  const minimum_start_date = new Date(trader.marketNowMs() - GAME_MS).toISOString();
  let richest: LiveData | undefined;
  for (const type of types) {
    const { milestones } = await client.milestones.page({ limit: MILESTONES, type, minimum_start_date });
    const milestone_ids = milestones.map((milestone) => newFields.look('Milestone', Milestone, milestone).id);
    if (milestone_ids.length === 0) continue;
    const { live_datas } = await client.liveData.batch({ milestone_ids });
    for (const live of live_datas ?? []) if (keysOf(live) > keysOf(richest)) richest = live;
  }
  return richest;
}

function keysOf(live: LiveData | undefined): number {
  return live === undefined ? 0 : Object.keys(live.details).length;
}

function statusOf({ details }: LiveData): string {
  const { status } = details;
  return typeof status === 'string' ? status : 'no status';
}
