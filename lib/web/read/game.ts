/** One followed game as a page shows it: state, markets, how far it came, and why nothing is bought. */
import type { AccountState, BaselineView, NotedDecision } from '../../account/contract.ts';
import { WINDOW_MINUTES } from '../../trading/baseline-measure.ts';
import type { KnownGame, ListedGame, ListedMarket, StandingQuote } from '../../trading/ports/market-data.ts';
import type { PositionRow } from '../../trading/ports/memory.ts';
import { averagePriceCC } from '../../trading/position.ts';
import { midCC } from '../../trading/quote.ts';
import { centsText, contractsText } from '../../trading/words.ts';
import type { GameMarketView, GameView } from '../contract.ts';
import { clockText, type Phase, phaseOf } from './clock-text.ts';
import { isOpenRow } from './position.ts';
import { decisionText, farthest, hasFallen } from './says.ts';
import { centsOrNull, coarseAge, isoOrNull } from './units.ts';

export interface MarketFacts {
  market: ListedMarket;
  quote: StandingQuote | undefined;
  baseline: BaselineView;
}

export interface GameFacts {
  game: ListedGame;
  known: KnownGame | undefined;
  nowMs: number;
  markets: readonly MarketFacts[];
  /** Of entry rules on its markets. */
  decisions: readonly NotedDecision[];
  /** Its positions, as far as the account still shows them. */
  rows: readonly PositionRow[];
  /** Of the account: what a rule wants to buy is bought only while it is armed. */
  state: AccountState['status'] | undefined;
  /** Whether one of those rules has entered it, or may have. */
  isEntered: boolean;
}

export function gameView(facts: GameFacts): GameView {
  const { game, known, nowMs, markets } = facts;
  const phase = phaseOf(game, known, nowMs);
  const favourite = favouriteOf(markets);
  return {
    event: game.eventTicker,
    league: game.league,
    title: game.title,
    home: game.home ?? null,
    away: game.away ?? null,
    phase,
    clock: clockText(game, known, nowMs),
    homeScore: known?.state.homeScore ?? null,
    awayScore: known?.state.awayScore ?? null,
    startsAt: isoOrNull(game.startMs),
    scoreAgeSeconds: known === undefined || phase === 'final' ? null : coarseAge(nowMs - known.readMs),
    markets: markets.map(marketView),
    favourite: favourite?.market.ticker ?? null,
    funnel: funnelOf(facts, phase),
    says: saysOf(facts, phase, favourite),
  };
}

/** The market with the highest baseline, provisional or mid price, whichever is there for all of them to be compared. */
export function favouriteOf(markets: readonly MarketFacts[]): MarketFacts | undefined {
  const priced = markets.map((one) => ({ one, priceCC: standingOf(one) }));
  return priced.filter(({ priceCC }) => priceCC !== undefined).toSorted((a, b) => (b.priceCC ?? 0) - (a.priceCC ?? 0))[0]?.one;
}

function standingOf({ baseline, quote }: MarketFacts): number | undefined {
  return (baseline.baseline ?? baseline.provisional)?.valueCC ?? (quote === undefined ? undefined : midCC(quote.quote));
}

function marketView({ market, quote, baseline }: MarketFacts): GameMarketView {
  const measured = baseline.baseline ?? baseline.provisional;
  const bidCC = quote?.quote.bidCC;
  const frozenCC = baseline.baseline?.valueCC;
  return {
    ticker: market.ticker,
    team: market.team,
    bid: centsOrNull(bidCC),
    ask: centsOrNull(quote?.quote.askCC),
    ageSeconds: coarseAge(quote?.ageMs),
    baseline: centsOrNull(measured?.valueCC),
    grade: measured?.grade ?? null,
    baselineText: baselineText(baseline),
    drop: frozenCC === undefined || bidCC === undefined ? null : centsOrNull(frozenCC - bidCC),
  };
}

/** `collecting 12/30` · `frozen` · `frozen: 18 of 30 samples (B)` · `missed: …` */
function baselineText({ status, baseline, reason, samples }: BaselineView): string {
  if (status === 'collecting') return `collecting ${samples}/${WINDOW_MINUTES}`;
  const why = status === 'frozen' ? baseline?.reasons.join(', ') : reason;
  return why === undefined || why === '' ? status : `${status}: ${why}`;
}

function funnelOf({ decisions, rows, isEntered }: GameFacts, phase: Phase): GameView['funnel'] {
  if (rows.length > 0 || isEntered) return 'filled';
  if (phase !== 'live' && phase !== 'break') return 'tracked';
  const best = farthest(decisions);
  if (best === undefined) return 'live';
  return best.kind === 'enter' ? 'allowed' : hasFallen(best) ? 'dropped' : 'live';
}

function saysOf(facts: GameFacts, phase: Phase, favourite: MarketFacts | undefined): string {
  const { rows, markets, decisions, state, isEntered } = facts;
  const held = rows.filter(isOpenRow).map(({ open, ticker }) => {
    const size = `${contractsText(open.countE2)} ${open.outcome === 'no' ? 'NO ' : ''}${teamOf(markets, ticker)}`;
    return `holding ${size} at ${centsText(Math.round(averagePriceCC(open)))}`;
  });
  if (held.length > 0) return held.join(', ');
  if (phase === 'pre' || phase === 'unknown' || phase === 'postponed') {
    return favourite === undefined ? '' : `baseline ${baselineText(favourite.baseline)}`;
  }
  if (phase === 'final') return rows.length > 0 || isEntered ? 'traded' : 'not traded';
  const said = farthest(decisions);
  if (said === undefined) return `no entry rule looks at it: is ${facts.game.league} among its leagues?`;
  const wish = state === 'armed' ? 'buying' : `would buy, but entries are ${offWord(state)}`;
  const words = said.kind === 'enter' ? `${wish}: ${shortly(said.reason)}` : decisionText(said);
  return markets.length > 1 ? `${teamOf(markets, said.ticker)}: ${words}` : words;
}

/** Without what a page shows beside it: baseline, bid, clock, size. */
function shortly(reason: string): string {
  return reason.split(' (')[0] ?? reason;
}

function offWord(state: AccountState['status'] | undefined): string {
  return state === 'paused' || state === 'blocked' ? state : 'off';
}

function teamOf(markets: readonly MarketFacts[], ticker: string): string {
  return markets.find(({ market }) => market.ticker === ticker)?.market.team ?? ticker;
}
