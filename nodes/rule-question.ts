/** What entry and exit rules are asked, and what they answer. */
import type { FeedView, MarketUpdate, SignalWish } from '../lib/account/contract.ts';
import type { FlowMessage, InputContext } from '../lib/node-red/contract.ts';
import { tickerOf } from '../lib/node-red/messages.ts';
import type { EntryInput } from '../lib/trading/entry.ts';
import type { League } from '../lib/trading/game.ts';
import type { RuleParameters } from '../lib/trading/parameters.ts';

/** What is known of a market now, as both decisions take it. */
export type RuleFacts = Pick<
  EntryInput,
  'nowMs' | 'parameters' | 'market' | 'quote' | 'feedAgeMs' | 'game' | 'scoreReadMs' | 'hasScoreSource' | 'scheduledStartMs'
>;

/** One message's question. It is asked for each account, and each answer goes back the same way. */
export interface RuleQuestion {
  message: FlowMessage;
  reply: InputContext;
  update: MarketUpdate;
  parameters: RuleParameters;
  facts: RuleFacts;
}

/** What an answer says of itself, whether it is noted or becomes a signal. */
export type RuleAnswer = Pick<SignalWish, 'ruleId' | 'ruleName' | 'leg' | 'reason' | 'numbers'>;

/**
 * The market that a message names, as it is known now and not as the message tells it. Undefined where nobody knows it, or where its league
 * is none of the rule's: that is nobody's "why not". Throws `MESSAGE_NOT_AN_UPDATE`.
 */
export function questionOf(
  message: FlowMessage,
  reply: InputContext,
  feed: FeedView | undefined,
  byLeague: ReadonlyMap<League, RuleParameters>,
): RuleQuestion | undefined {
  const update = feed?.look(tickerOf(message));
  const parameters = update === undefined ? undefined : byLeague.get(update.game.league);
  if (update === undefined || parameters === undefined) return undefined;
  const { game, market, quote, feedAgeMs, known, atMs } = update;
  const facts = {
    nowMs: atMs,
    parameters,
    market,
    quote: quote?.quote,
    feedAgeMs,
    game: known?.state,
    scoreReadMs: known?.readMs,
    hasScoreSource: game.hasScoreSource,
    scheduledStartMs: game.startMs,
  };
  return { message, reply, update, parameters, facts };
}

/** More than are ever asked about at once; what is forgotten is told once more. */
const MOST_ANSWERS = 10_000;

/** The last answer about each subject: a rule speaks when it becomes another. */
export class LastAnswers {
  readonly #answers = new Map<string, string>();

  /** Whether this differs from what was last answered; from now on it is that. */
  isNews(about: string, answer: string): boolean {
    if (this.#answers.get(about) === answer) return false;
    this.#answers.delete(about);
    this.#answers.set(about, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST_ANSWERS && oldest !== undefined) this.#answers.delete(oldest);
    return true;
  }

  forget(about: string): void {
    this.#answers.delete(about);
  }
}
