/** Market updates as messages: the hot path, so plain objects of one shape each, made anew for every message. */
import type { AccountView, BaselineView, MarketUpdate } from '../account/contract.ts';
import type { EntryDecision } from '../trading/entry.ts';
import type { ExitDecision } from '../trading/exit.ts';
import type { GameState } from '../trading/game.ts';
import { spreadCC } from '../trading/quote.ts';
import { instantOf } from '../trading/segment.ts';
import { formatSegment } from '../trading/segment-text.ts';
import type { FlowMessage } from './contract.ts';
import { NodeError } from './errors.ts';
import { cents, contracts, finerCents, iso, isoOrNull, numbersOut, orNull, seconds } from './units.ts';

/** `update` and `tick`: what is known of a market now. */
export function updateMessage(update: MarketUpdate): FlowMessage {
  const { kind, environment, market, feedAgeMs, atMs } = update;
  return {
    topic: market.ticker,
    environment,
    payload: { kind, feedAge: feedAgeMs === undefined ? null : seconds(feedAgeMs), at: iso(atMs) },
    market: marketProperty(update),
    quote: quoteProperty(update),
    game: gameProperty(update),
  };
}

/** The market that a message is about. Throws `MESSAGE_NOT_AN_UPDATE`. */
export function tickerOf(message: FlowMessage): string {
  const { topic } = message;
  if (typeof topic === 'string' && topic !== '') return topic;
  throw new NodeError('MESSAGE_NOT_AN_UPDATE', 'this message is no market update: its topic names no market');
}

/** What a rule said of a market instead of sending a signal, on the update that it was asked with. */
export function decisionMessage(
  message: FlowMessage,
  account: AccountView,
  update: MarketUpdate,
  decision: EntryDecision | ExitDecision,
): FlowMessage {
  return {
    ...message,
    topic: update.market.ticker,
    ...accountProperties(account),
    payload: {
      kind: decision.kind,
      leg: decision.kind === 'no' || decision.kind === 'enter' ? 'entry' : 'exit',
      gate: gateOf(decision),
      reason: decision.reason,
      notes: [...decision.notes],
      numbers: numbersOut({ ...decision.numbers }),
      at: iso(update.atMs),
    },
    market: marketProperty(update),
    quote: quoteProperty(update),
    game: gameProperty(update),
  };
}

/** Everything from here on is about this account. */
export function accountProperties(account: AccountView): { account: { id: string; label: string }; environment: string } {
  return { account: { id: account.id, label: account.label }, environment: account.environment };
}

/** `msg.baseline`: of a final baseline, or what it would be if the game began now. */
export function baselineProperty(view: BaselineView): Record<string, unknown> {
  const measured = view.baseline ?? view.provisional;
  return {
    status: view.status,
    price: finerCents(measured?.valueCC),
    devigged: finerCents(measured?.deviggedCC),
    grade: orNull(measured?.grade),
    reasons: measured === undefined ? [] : [...measured.reasons],
    method: orNull(measured?.method),
    samples: view.samples,
    spread: finerCents(measured?.spreadCC),
    startedAt: isoOrNull(view.baseline?.startMs),
    reason: orNull(view.reason),
  };
}

function marketProperty({ market, game }: MarketUpdate): Record<string, unknown> {
  const { ticker, team, title, status, resultCC } = market;
  return { ticker, event: game.eventTicker, team, title, status, result: cents(resultCC) };
}

function quoteProperty({ quote: standing }: MarketUpdate): Record<string, unknown> | null {
  if (standing === undefined) return null;
  const { quote, source } = standing;
  return {
    bid: cents(quote.bidCC),
    bidSize: contracts(quote.bidSizeE2),
    ask: cents(quote.askCC),
    askSize: contracts(quote.askSizeE2),
    spread: cents(spreadCC(quote)),
    source,
    at: iso(quote.atMs),
  };
}

function gameProperty({ game, known }: MarketUpdate): Record<string, unknown> {
  const state = known?.state;
  return {
    event: game.eventTicker,
    series: game.seriesTicker,
    league: game.league,
    title: game.title,
    home: orNull(game.home),
    away: orNull(game.away),
    startsAt: isoOrNull(game.startMs),
    phase: orNull(state?.phase),
    period: orNull(state?.period),
    half: orNull(state?.half),
    clock: orNull(state?.clockS),
    progress: state === undefined ? null : progressText(state),
    homeScore: orNull(state?.homeScore),
    awayScore: orNull(state?.awayScore),
    startedAt: isoOrNull(state?.startedMs),
    asOf: isoOrNull(state?.asOfMs),
    source: orNull(known?.source),
  };
}

function progressText(state: GameState): string | null {
  const instant = instantOf(state);
  return instant === undefined ? null : formatSegment(state.league, instant);
}

function gateOf(decision: EntryDecision | ExitDecision): string | null {
  if (decision.kind === 'no') return decision.gate;
  if (decision.kind === 'hold') return orNull(decision.due);
  return decision.kind === 'enter' ? null : decision.exitReason;
}
