/**
 * Whether to enter a market now. The gates stand in a fixed order, the first that fails is named with its numbers, and what could not
 * be checked is said. Buys YES of the team whose price fell; prices are YES prices throughout.
 */
import { type Baseline, isAtLeast } from './baseline-measure.ts';
import type { FeeSchedule } from './fees.ts';
import type { GameState } from './game.ts';
import type { MarketStatus } from './market.ts';
import { entryLimitCC, entryWish, type OrderWish } from './order-wish.ts';
import type { RuleParameters } from './parameters.ts';
import { compareToSegment, type Progress, progressOf, segmentText } from './progress.ts';
import type { Quote } from './quote.ts';
import { remainingRegulationS } from './segment.ts';
import { type SizeCap, type Sizing, sizeEntry } from './sizing.ts';
import { centsText, contractsText, secondsText } from './words.ts';

/**
 * In the order in which they are asked: may this game be entered at all; is what is known to be trusted; is it early enough; has the
 * price fallen; can it be bought.
 */
export const ENTRY_GATES = [
  'enabled',
  'market_open',
  'game_live',
  'max_entries_per_game',
  'averaging_down',
  'baseline',
  'min_baseline_grade',
  'min_pregame_price',
  'max_data_age',
  'max_score_age',
  'quote',
  'max_entry_segment',
  'min_time_remaining',
  'entry_condition',
  'price_band',
  'max_spread',
  'max_total_positions',
  'size',
  'min_depth',
] as const;
export type EntryGate = (typeof ENTRY_GATES)[number];

/** What this rule already did and holds, unresolved orders counted in. */
export interface EntryTally {
  /** Entries of this game so far, over all its markets, whether or not they were left again. */
  entriesInGame: number;
  /** Whether any market of this game is held now. */
  isGameHeld: boolean;
  /** Positions open at once, all games. */
  openPositions: number;
}

export interface EntryInput {
  nowMs: number;
  parameters: RuleParameters;
  market: { ticker: string; status: MarketStatus };
  quote: Quote | undefined;
  /** How long ago the feed was last heard of, not how long ago the quote changed. Undefined: it is down. */
  feedAgeMs: number | undefined;
  /** Frozen; undefined with `baselineMissing` saying why. */
  baseline: Baseline | undefined;
  baselineMissing?: string | undefined;
  game: GameState | undefined;
  /**
   * When a score source last said that the game stands like this (market time), not when it last changed: an inning without a run is no
   * stale score. Undefined where nobody has said anything.
   */
  scoreReadMs: number | undefined;
  /** False: nobody tells scores for this game, and its score gates are off. */
  hasScoreSource: boolean;
  scheduledStartMs: number | undefined;
  tally: EntryTally;
  fees: FeeSchedule;
  precisionE6?: number;
  caps: readonly SizeCap[];
}

/** What the decision looked at; undefined what was not known. Prices CC, contracts E2, times as named. */
export interface EntryNumbers {
  bidCC: number | undefined;
  askCC: number | undefined;
  spreadCC: number | undefined;
  askDepthE2: number | undefined;
  baselineCC: number | undefined;
  deviggedCC: number | undefined;
  baselineGrade: string | undefined;
  dropCC: number | undefined;
  feedAgeMs: number | undefined;
  scoreAgeMs: number | undefined;
  remainingS: number | undefined;
  progress: string;
  progressBasis: Progress['basis'];
  wantedE2: number | undefined;
  limitCC: number | undefined;
}

export type EntryDecision =
  | { kind: 'enter'; order: OrderWish; sizing: Sizing; reason: string; notes: string[]; numbers: EntryNumbers }
  | { kind: 'no'; gate: EntryGate; reason: string; notes: string[]; numbers: EntryNumbers };

interface Facts {
  input: EntryInput;
  p: RuleParameters;
  game: GameState | undefined;
  progress: Progress;
  /** The baseline value that the rule compares, raw or de-vigged. */
  comparedCC: number | undefined;
  dropCC: number | undefined;
  limitCC: number | undefined;
  sizing: Sizing | undefined;
}

export function decideEntry(input: EntryInput): EntryDecision {
  const facts = factsOf(input);
  const numbers = numbersOf(facts);
  const notes = notesOf(facts);
  for (const gate of ENTRY_GATES) {
    const reason = GATES[gate](facts);
    if (reason !== undefined) return { kind: 'no', gate, reason, notes, numbers };
  }
  const { market, quote } = input;
  const { sizing, limitCC } = facts;
  // The gates `quote` and `size` have passed, so all three are there.
  if (quote?.askCC === undefined || sizing === undefined || limitCC === undefined)
    throw new TypeError('an entry gate let through no quote');
  const order = entryWish({ ticker: market.ticker, outcome: 'yes', askCC: quote.askCC, limitCC, countE2: sizing.countE2 });
  return { kind: 'enter', order, sizing, reason: entryReason(facts), notes, numbers };
}

/** Each gate: the reason for a "no", or undefined. A gate may rely on those before it. */
const GATES: Record<EntryGate, (facts: Facts) => string | undefined> = {
  enabled: ({ p }) => (p.enabled ? undefined : `${p.league} is switched off`),
  market_open: ({ input }) => (input.market.status === 'open' ? undefined : `the market is ${input.market.status}`),
  game_live: whyNotLive,
  max_entries_per_game: ({ input, p }) =>
    input.tally.entriesInGame < p.maxEntriesPerGame
      ? undefined
      : `entered ${input.tally.entriesInGame} of ${p.maxEntriesPerGame} times in this game`,
  averaging_down: ({ input, p }) =>
    input.tally.isGameHeld && !p.averagingDown ? 'this game is held, and nothing is added' : undefined,
  baseline: ({ input, comparedCC }) => {
    if (input.baseline === undefined) return `no baseline: ${input.baselineMissing ?? 'not frozen yet'}`;
    return comparedCC === undefined ? 'no de-vigged baseline: the other side of the game is not known' : undefined;
  },
  min_baseline_grade: ({ input, p }) => {
    const { baseline } = input;
    if (baseline === undefined || isAtLeast(baseline.grade, p.minBaselineGrade)) return undefined;
    return `baseline grade ${baseline.grade} is below ${p.minBaselineGrade}: ${baseline.reasons.join(', ')}`;
  },
  min_pregame_price: ({ comparedCC, p }) => below('pre-game price', comparedCC, p.minPregamePriceCC),
  max_data_age: ({ input, p }) => {
    if (input.feedAgeMs === undefined) return 'market data: not connected';
    return older('market data', input.feedAgeMs, p.maxDataAgeS);
  },
  max_score_age: (facts) => {
    const ageMs = scoreAgeOf(facts);
    return ageMs === undefined ? undefined : older('score', ageMs, facts.p.maxScoreAgeS);
  },
  quote: ({ input, game }) => {
    if (input.quote?.askCC === undefined) return 'nobody sells: no ask';
    if (input.quote.bidCC === undefined) return 'nobody buys: no bid';
    if (input.quote.bidCC >= input.quote.askCC) return 'bid and ask cross: the book is not to be trusted';
    // What is stamped at the start still belongs to pre-game, however long it stands.
    const startedMs = game?.startedMs ?? input.baseline?.startMs;
    return startedMs !== undefined && input.quote.atMs <= startedMs
      ? 'the price has not changed since the game began'
      : undefined;
  },
  max_entry_segment: ({ progress, p }) => {
    const order = compareToSegment(progress, p.maxEntrySegment);
    if (order === undefined) return `how far the game is, is not known: ${progress.text}`;
    return order <= 0 ? undefined : `${progress.text} is after ${segmentText(progress, p.league, p.maxEntrySegment)}`;
  },
  min_time_remaining: ({ game, p }) => {
    const leftS = game === undefined ? undefined : remainingRegulationS(game);
    return leftS === undefined || leftS >= p.minTimeRemainingS
      ? undefined
      : `${Math.floor(leftS)} s left < ${p.minTimeRemainingS} s`;
  },
  entry_condition: whyNotFallen,
  price_band: ({ input, p }) => {
    const askCC = input.quote?.askCC;
    if (askCC === undefined || (askCC >= p.priceBandLowCC && askCC <= p.priceBandHighCC)) return undefined;
    return `ask ${centsText(askCC)} is outside ${centsText(p.priceBandLowCC)} to ${centsText(p.priceBandHighCC)}`;
  },
  max_spread: ({ input, p }) => above('spread', spreadOf(input.quote), p.maxSpreadCC),
  max_total_positions: ({ input, p }) =>
    input.tally.openPositions < p.maxTotalPositions
      ? undefined
      : `${input.tally.openPositions} of ${p.maxTotalPositions} positions are open`,
  size: ({ sizing }) => (sizing === undefined || sizing.countE2 > 0 ? undefined : sizing.reason),
  min_depth: ({ input, p, sizing }) => {
    const neededE2 = p.minDepthE2 ?? sizing?.countE2 ?? 0;
    const depthE2 = input.quote?.askSizeE2 ?? 0;
    return depthE2 >= neededE2 ? undefined : `${contractsText(depthE2)} contracts at the ask < ${contractsText(neededE2)}`;
  },
};

function factsOf(input: EntryInput): Facts {
  const { parameters: p, baseline, quote, nowMs, scheduledStartMs } = input;
  const game = input.hasScoreSource ? input.game : undefined;
  const progress = progressOf({ league: p.league, game, scheduledStartMs, nowMs, fallback: p.clockFallback });
  const comparedCC = p.baselineValue === 'raw' ? baseline?.valueCC : baseline?.deviggedCC;
  const dropCC = comparedCC === undefined || quote?.bidCC === undefined ? undefined : comparedCC - quote.bidCC;
  const limitCC = quote?.askCC === undefined ? undefined : entryLimitCC(quote.askCC, p.entryOffsetCC);
  return {
    input,
    p,
    game,
    progress,
    comparedCC,
    dropCC,
    limitCC,
    sizing: limitCC === undefined ? undefined : sized(input, limitCC),
  };
}

/** The book caps the size only where fewer contracts than the order wants are declared enough. */
function sized(input: EntryInput, limitCC: number): Sizing {
  const { parameters: p, quote, fees, nowMs, precisionE6 } = input;
  const depth: SizeCap[] = p.minDepthE2 === undefined ? [] : [{ rule: 'depth at the ask', mostE2: quote?.askSizeE2 ?? 0 }];
  return sizeEntry({
    limitCC,
    positionSizeE6: p.positionSizeE6,
    fees,
    nowMs,
    caps: [...input.caps, ...depth],
    ...(precisionE6 === undefined ? {} : { precisionE6 }),
  });
}

function whyNotLive({ input, p, game }: Facts): string | undefined {
  const { nowMs, hasScoreSource, scheduledStartMs } = input;
  if (!hasScoreSource) {
    if (p.clockFallback === 'refuse') return 'no score source, and the wall clock may not stand in';
    if (scheduledStartMs === undefined) return 'no score source, and no start time';
    return nowMs > scheduledStartMs ? undefined : 'not live: before the scheduled start';
  }
  if (game === undefined) return 'not known to be live: the score source tells no state of this game';
  if (game.phase !== 'live') return `not live: ${PHASE_WORDS[game.phase]}`;
  // What is stamped at the start still belongs to pre-game.
  return game.startedMs !== undefined && nowMs <= game.startedMs ? 'not live: it begins this instant' : undefined;
}

const PHASE_WORDS = { pre: 'not begun', break: 'in a break', final: 'over', postponed: 'postponed', live: 'live' } as const;

function whyNotFallen({ input, p, dropCC }: Facts): string | undefined {
  const drop = below('drop', dropCC, p.entryDropCC);
  const absolute = p.entryAbsoluteCC === undefined ? undefined : above('bid', input.quote?.bidCC, p.entryAbsoluteCC);
  if (p.entryAbsoluteCC === undefined) return drop;
  if (p.entryCombine === 'and') return drop ?? absolute;
  return drop === undefined || absolute === undefined ? undefined : `${drop} and ${absolute}`;
}

function below(what: string, value: number | undefined, least: number): string | undefined {
  return value === undefined || value >= least ? undefined : `${what} ${centsText(value)} < ${centsText(least)}`;
}

function above(what: string, value: number | undefined, most: number): string | undefined {
  return value === undefined || value <= most ? undefined : `${what} ${centsText(value)} > ${centsText(most)}`;
}

function older(what: string, ageMs: number, mostS: number): string | undefined {
  return ageMs <= mostS * 1_000 ? undefined : `${what} age ${secondsText(ageMs)} > ${secondsText(mostS * 1_000)}`;
}

/** Without a source there is nothing whose age could be told. */
function scoreAgeOf({ input, game }: Facts): number | undefined {
  return game === undefined ? undefined : input.nowMs - (input.scoreReadMs ?? game.asOfMs);
}

function spreadOf(quote: Quote | undefined): number | undefined {
  return quote?.bidCC === undefined || quote.askCC === undefined ? undefined : quote.askCC - quote.bidCC;
}

function notesOf({ input, p, progress, game }: Facts): string[] {
  const notes: string[] = [];
  if (!input.hasScoreSource) notes.push('no score source: age of the score and game clock are not checked');
  else if (game !== undefined && remainingRegulationS(game) === undefined)
    notes.push('no game clock: the time left is not checked');
  if (progress.basis === 'wall_clock') notes.push(`latest entry goes by the wall clock: ${progress.text}`);
  if (p.baselineValue === 'devigged') notes.push('compared with the de-vigged baseline');
  return notes;
}

function numbersOf(facts: Facts): EntryNumbers {
  const { input, game, progress, dropCC, limitCC, sizing } = facts;
  const { quote, baseline } = input;
  return {
    bidCC: quote?.bidCC,
    askCC: quote?.askCC,
    spreadCC: spreadOf(quote),
    askDepthE2: quote?.askSizeE2,
    baselineCC: baseline?.valueCC,
    deviggedCC: baseline?.deviggedCC,
    baselineGrade: baseline?.grade,
    dropCC,
    feedAgeMs: input.feedAgeMs,
    scoreAgeMs: scoreAgeOf(facts),
    remainingS: game === undefined ? undefined : remainingRegulationS(game),
    progress: progress.text,
    progressBasis: progress.basis,
    wantedE2: sizing?.countE2,
    limitCC,
  };
}

function entryReason({ input, p, dropCC, comparedCC, sizing, progress }: Facts): string {
  const bidCC = input.quote?.bidCC ?? Number.NaN;
  const fallen = dropCC !== undefined && dropCC >= p.entryDropCC;
  const why = fallen
    ? `drop ${centsText(dropCC)} >= ${centsText(p.entryDropCC)} (baseline ${centsText(comparedCC ?? Number.NaN)}, bid ${centsText(bidCC)})`
    : `bid ${centsText(bidCC)} <= ${centsText(p.entryAbsoluteCC ?? Number.NaN)}`;
  return `${why}, ${progress.text}: ${sizing?.reason ?? ''}`;
}
