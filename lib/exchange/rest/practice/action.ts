/** Scenario actions as JSON, under the names and in the units of `ScenarioAction`: CC, E2 and epoch milliseconds. */
import { z } from 'zod';
import type { ScenarioAction } from '../../scenario/types.ts';
import { ONE_CC } from '../../units.ts';

const text = z.string();
const ticker = z.string().min(1);
const atMs = z.int();
const cc = z.int().min(0).max(ONE_CC);
const e2 = z.int().min(1);
const anything = z.record(z.string(), z.unknown());
const levels = z.array(z.object({ priceCC: cc, countE2: e2 }));

const series = z.object({
  ticker,
  title: text,
  category: text,
  tags: z.array(text),
  frequency: text,
  feeType: text,
  feeMultiplier: z.number().min(0),
  exchangeIndex: z.int(),
  competition: text,
});

const event = z.object({
  ticker,
  seriesTicker: ticker,
  title: text,
  subTitle: text,
  mutuallyExclusive: z.boolean(),
  collateralReturnType: text,
  exchangeIndex: z.int(),
  productMetadata: anything,
});

const market = z.object({
  ticker,
  eventTicker: ticker,
  title: text,
  yesSubTitle: text,
  noSubTitle: text,
  rulesPrimary: text,
  rulesSecondary: text,
  openMs: atMs,
  closeMs: atMs,
  expectedExpirationMs: atMs,
  settlementTimerS: z.int().min(0),
  priceLevelStructure: text,
  priceRanges: z.array(z.object({ startCC: cc, endCC: cc, stepCC: z.int().min(1) })).min(1),
  customStrike: z.record(z.string(), text),
  earlyCloseCondition: text,
});

const milestone = z
  .object({
    id: ticker,
    type: text,
    title: text,
    category: text,
    startMs: atMs,
    endMs: atMs.optional(),
    relatedEventTickers: z.array(ticker),
    primaryEventTickers: z.array(ticker),
    notificationMessage: text,
    details: anything,
  })
  .transform((listing) => ({ ...listing, endMs: listing.endMs }));

export const Action = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('series'), series }),
  z.object({ kind: z.literal('target'), target: z.object({ id: ticker, name: text, type: text, details: anything }) }),
  z.object({ kind: z.literal('event'), event, markets: z.array(market) }),
  z.object({ kind: z.literal('milestone'), milestone }),
  z.object({
    kind: z.literal('milestone_update'),
    id: ticker,
    change: z.strictObject({ startMs: atMs, endMs: atMs, details: anything }).partial(),
  }),
  z.object({ kind: z.literal('quote'), ticker, bids: levels, asks: levels }),
  z.object({ kind: z.literal('flow'), ticker, side: z.enum(['bid', 'ask']), countE2: e2, limitCC: cc }),
  z.object({ kind: z.literal('live'), milestoneId: ticker, details: anything }),
  z.object({ kind: z.literal('play'), milestoneId: ticker, play: z.object({ period: z.int(), event: anything }) }),
  z.object({ kind: z.literal('close_date'), ticker, closeMs: atMs }),
  z.object({ kind: z.literal('deactivate'), ticker }),
  z.object({ kind: z.literal('activate'), ticker }),
  z.object({ kind: z.literal('determine'), ticker, result: z.enum(['yes', 'no', 'scalar']), valueCC: cc }),
]) satisfies z.ZodType<ScenarioAction>;
