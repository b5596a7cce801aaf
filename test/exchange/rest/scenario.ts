/** A small night by hand: one NBA game on shard 0 and one MLB game, each with two markets, quotes and a live game. */
import type {
  EventListing,
  MarketListing,
  MilestoneListing,
  ScenarioAction,
  SeriesListing,
} from '../../../lib/exchange/scenario/types.ts';

export const START_MS = Date.UTC(2026, 10, 20, 18);
export const NBA = 'KXNBAGAME-26NOV20NYKCLE';
export const NYK = `${NBA}-NYK`;
export const CLE = `${NBA}-CLE`;
export const MLB = 'KXMLBGAME-26NOV201310AZMIA';
export const AZ = `${MLB}-AZ`;
export const MIA = `${MLB}-MIA`;
export const MILESTONE = '11111111-2222-4333-8444-888888888888';
export const TARGET = '22222222-2222-4333-8444-000000000001';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export function series(ticker: string, sport: string, competition: string, exchangeIndex = 0): SeriesListing {
  return {
    ticker,
    title: `${competition} Game`,
    category: 'Sports',
    tags: [sport],
    frequency: 'custom',
    feeType: 'quadratic_with_maker_fees',
    feeMultiplier: 1,
    exchangeIndex,
    competition,
  };
}

export function event(ticker: string, change: Partial<EventListing> = {}): EventListing {
  return {
    ticker,
    seriesTicker: ticker.split('-')[0] ?? '',
    title: 'New York at Cleveland',
    subTitle: 'NYK at CLE (Nov 20)',
    mutuallyExclusive: true,
    collateralReturnType: 'MECNET',
    exchangeIndex: 0,
    productMetadata: { competition: 'Pro Basketball', competition_scope: 'Game' },
    ...change,
  };
}

export function market(ticker: string, change: Partial<MarketListing> = {}): MarketListing {
  return {
    ticker,
    eventTicker: ticker.slice(0, ticker.lastIndexOf('-')),
    title: `Will ${ticker} win?`,
    yesSubTitle: ticker.slice(ticker.lastIndexOf('-') + 1),
    noSubTitle: ticker.slice(ticker.lastIndexOf('-') + 1),
    rulesPrimary: 'If the team wins, the market resolves to Yes.',
    rulesSecondary: '',
    openMs: START_MS - DAY_MS,
    closeMs: START_MS + 14 * DAY_MS,
    expectedExpirationMs: START_MS + 6 * HOUR_MS,
    settlementTimerS: 300,
    priceLevelStructure: 'linear_cent',
    priceRanges: [{ startCC: 0, endCC: 10_000, stepCC: 100 }],
    customStrike: { basketball_team: TARGET },
    earlyCloseCondition: 'This market will close and expire after a winner is declared.',
    ...change,
  };
}

export function milestone(change: Partial<MilestoneListing> = {}): MilestoneListing {
  return {
    id: MILESTONE,
    type: 'basketball_game',
    title: 'New York at Cleveland',
    category: 'Sports',
    startMs: START_MS + HOUR_MS,
    endMs: undefined,
    relatedEventTickers: [NBA],
    primaryEventTickers: [NBA],
    notificationMessage: '',
    details: { league: 'NBA', home_team_id: 'cle', away_team_id: TARGET, main_game_event_ticker: NBA },
    ...change,
  };
}

/** NYK trades at 52 bid, 55 asked; CLE at 44/48; the MLB game has an empty side. */
export function opening(mlbShard = 0): ScenarioAction[] {
  return [
    { kind: 'series', series: series('KXNBAGAME', 'Basketball', 'Pro Basketball') },
    { kind: 'series', series: series('KXMLBGAME', 'Baseball', 'Pro Baseball', mlbShard) },
    {
      kind: 'target',
      target: { id: TARGET, name: 'New York', type: 'basketball_team', details: { competition: 'Pro Basketball' } },
    },
    { kind: 'event', event: event(NBA), markets: [market(NYK), market(CLE, { customStrike: {} })] },
    {
      kind: 'event',
      event: event(MLB, {
        exchangeIndex: mlbShard,
        mutuallyExclusive: false,
        collateralReturnType: '',
        productMetadata: { competition: 'Pro Baseball' },
      }),
      markets: [market(AZ), market(MIA, { openMs: START_MS + HOUR_MS })],
    },
    { kind: 'milestone', milestone: milestone() },
    { kind: 'live', milestoneId: MILESTONE, details: { status: 'not_started', home_points: 0, away_points: 0 } },
    {
      kind: 'quote',
      ticker: NYK,
      bids: [
        { priceCC: 5_200, countE2: 10_000 },
        { priceCC: 5_100, countE2: 20_000 },
      ],
      asks: [
        { priceCC: 5_500, countE2: 10_000 },
        { priceCC: 5_600, countE2: 20_000 },
      ],
    },
    { kind: 'quote', ticker: CLE, bids: [{ priceCC: 4_400, countE2: 10_000 }], asks: [{ priceCC: 4_800, countE2: 10_000 }] },
    { kind: 'quote', ticker: AZ, bids: [{ priceCC: 3_000, countE2: 5_000 }], asks: [] },
    { kind: 'flow', ticker: NYK, side: 'bid', countE2: 777, limitCC: 5_500 },
  ];
}
