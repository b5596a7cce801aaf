/** One NBA game in Q3, its two markets, and what an account may have done in it. */
import type { BaselineView, NotedDecision } from '../../lib/account/contract.ts';
import type { KnownGame, ListedGame, ListedMarket } from '../../lib/trading/ports/market-data.ts';
import type { PositionRow, TradeRow } from '../../lib/trading/ports/memory.ts';
import type { OpenPosition } from '../../lib/trading/position.ts';
import { baselineWith, FEES, gameOf, MINUTE_MS, NOW_MS, START_MS } from '../trading/stage.ts';

export { MINUTE_MS, NOW_MS, START_MS };
export const EVENT = 'KXNBAGAME-26NOV19CHIMIA';
export const MIA = `${EVENT}-MIA`;
export const CHI = `${EVENT}-CHI`;
export const RULE = '0d3c1d5e-2f7a-4a55-9f0e-5b1f9a2f7c11';

export function marketOf(ticker: string, change: Partial<ListedMarket> = {}): ListedMarket {
  const team = ticker.split('-').at(-1) ?? ticker;
  return { ticker, team, title: `${team} wins`, status: 'open', resultCC: undefined, fees: FEES, exchangeIndex: 0, ...change };
}

export function listedGame(change: Partial<ListedGame> = {}): ListedGame {
  return {
    eventTicker: EVENT,
    seriesTicker: 'KXNBAGAME',
    league: 'NBA',
    title: 'CHI at MIA',
    home: 'MIA',
    away: 'CHI',
    startMs: START_MS,
    hasScoreSource: true,
    markets: [marketOf(CHI), marketOf(MIA)],
    ...change,
  };
}

/** Q3 4:21, 52 to 44, read three seconds ago. */
export function knownGame(change: Partial<KnownGame['state']> = {}, readMs = NOW_MS - 3_000): KnownGame {
  const state = gameOf({ period: 3, clockS: 261, homeScore: 52, awayScore: 44, asOfMs: readMs, ...change });
  return { state, source: 'kalshi', readMs };
}

export function frozenAt(valueCC: number): BaselineView {
  return { status: 'frozen', baseline: baselineWith({ valueCC }), provisional: undefined, reason: undefined, samples: 30 };
}

/** 96 MIA at 50.0, 1.68 dollars of fees. */
export function openPosition(change: Partial<OpenPosition> = {}): OpenPosition {
  return {
    outcome: 'yes',
    countE2: 9_600,
    costE6: 48_000_000,
    feesE6: 1_680_000,
    slippageE6: 0,
    openedMs: NOW_MS - 5 * MINUTE_MS,
    round: 1,
    ...change,
  };
}

export function positionRow(change: Partial<PositionRow> = {}): PositionRow {
  const open = openPosition();
  const base = { id: 'position-1', accountId: 'a1', ruleId: RULE, ticker: MIA, eventTicker: EVENT, round: 0 };
  return { ...base, status: 'open', open, openedMs: open.openedMs, closedMs: undefined, ...change };
}

export function decisionOf(change: Partial<NotedDecision>): NotedDecision {
  return {
    ruleId: RULE,
    ruleName: 'dip',
    ticker: MIA,
    leg: 'entry',
    kind: 'no',
    gate: 'entry_condition',
    reason: 'drop 13.0 < 15.0',
    numbers: {},
    atMs: NOW_MS,
    ...change,
  };
}

/** 96 MIA bought at 50.0, sold at 70.0. */
export function tradeRow(change: Partial<TradeRow> = {}): TradeRow {
  return {
    accountId: 'a1',
    ruleId: RULE,
    ticker: MIA,
    eventTicker: EVENT,
    environment: 'practice',
    round: 1,
    outcome: 'yes',
    countE2: 9_600,
    entryCostE6: 48_000_000,
    exitProceedsE6: 67_200_000,
    grossE6: 19_200_000,
    feesE6: 3_100_000,
    netE6: 16_100_000,
    slippageE6: 960_000,
    exitReason: 'take_profit',
    exitOrderId: 'order-2',
    entryMs: NOW_MS - 20 * MINUTE_MS,
    exitMs: NOW_MS - 2 * MINUTE_MS,
    ...change,
  };
}
