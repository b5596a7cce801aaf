import type { AccountView, BaselineView } from '../../lib/account/contract.ts';
import type { FlowMessage, InputContext, NodeBehaviour, NodeContext } from '../../lib/node-red/contract.ts';
import { decisionMessage, signalMessage } from '../../lib/node-red/messages.ts';
import { decideEntry, type EntryDecision } from '../../lib/trading/entry.ts';
import type { League } from '../../lib/trading/game.ts';
import type { RuleParameters } from '../../lib/trading/parameters.ts';
import { centsText } from '../../lib/trading/words.ts';
import { parametersByLeague, type RuleSettings } from '../rule-parameters.ts';
import { LastAnswers, questionOf, type RuleAnswer, type RuleQuestion } from '../rule-question.ts';

type Settings = RuleSettings & { rule: string; patience: number };
type Context = NodeContext<Settings, 'waiting' | 'watching' | 'entering'>;
type Refusal = Extract<EntryDecision, { kind: 'no' }>;
type Entry = Extract<EntryDecision, { kind: 'enter' }>;

/** An entry rule at work: every update asks it, for each account by itself. */
export class EntryRule implements NodeBehaviour {
  readonly #context: Context;
  readonly #byLeague: ReadonlyMap<League, RuleParameters>;
  /** Gates, by account and market. */
  readonly #refusals = new LastAnswers();

  constructor(context: Context) {
    this.#context = context;
    this.#byLeague = parametersByLeague(context.properties);
    context.status('waiting');
  }

  input(message: FlowMessage, reply: InputContext): void {
    const { attachment } = this.#context;
    const feed = attachment.feed();
    const question = questionOf(message, reply, feed, this.#byLeague);
    if (feed === undefined || question === undefined) return;
    const view = feed.baseline(question.update.market.ticker);
    // What the order path enforces has no say in what a rule sees: only what can be traded at all is asked.
    for (const account of attachment.accounts()) this.#ask(account, question, view);
  }

  #ask(account: AccountView, question: RuleQuestion, view: BaselineView): void {
    const { message, update, parameters, facts } = question;
    const { rule: ruleId } = this.#context.properties;
    const isTracked = message.baseline !== undefined;
    const decision = decideEntry({
      ...facts,
      baseline: isTracked ? view.baseline : undefined,
      baselineMissing: isTracked ? view.reason : 'the update did not pass a baseline tracker',
      tally: account.tally(ruleId, update.game.eventTicker),
      fees: update.market.fees,
      caps: account.sizeCaps(),
    });
    const { kind, reason } = decision;
    const numbers = { ...decision.numbers, positionSizeE6: parameters.positionSizeE6 };
    const answer: RuleAnswer = { ruleId, ruleName: this.#context.name, leg: 'entry', reason, numbers };
    const gate = decision.kind === 'no' ? decision.gate : undefined;
    account.note({ ...answer, ticker: update.market.ticker, kind, gate, atMs: update.atMs });
    if (decision.kind === 'no') this.#refuse(account, question, decision);
    else this.#enter(account, question, decision, answer);
  }

  #refuse(account: AccountView, { message, reply, update }: RuleQuestion, refusal: Refusal): void {
    const { team, ticker } = update.market;
    if (!this.#refusals.isNews(`${account.id} ${ticker}`, refusal.gate)) return;
    reply.send(1, decisionMessage(message, account, update, refusal));
    const [why = ''] = refusal.reason.split(':');
    this.#context.status('watching', `${team}: ${why}`.slice(0, 28));
  }

  #enter(account: AccountView, { message, reply, update, parameters }: RuleQuestion, entry: Entry, answer: RuleAnswer): void {
    const { team, ticker } = update.market;
    this.#refusals.forget(`${account.id} ${ticker}`);
    const { maxEntriesPerGame, maxTotalPositions, averagingDown, maxPriceMoveCC } = parameters;
    const signal = account.raise({
      ...answer,
      eventTicker: update.game.eventTicker,
      wish: entry.order,
      exitReason: undefined,
      notes: entry.notes,
      entryCaps: { maxEntriesPerGame, maxTotalPositions, averagingDown },
      maxPriceMoveCC,
      patienceMs: this.#context.properties.patience * 1_000,
    });
    if (signal === undefined) return;
    reply.send(0, signalMessage(message, account, signal));
    this.#context.status('entering', `${team} at ${centsText(entry.order.signalPriceCC)}c`);
  }
}
