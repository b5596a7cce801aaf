import type { AccountView, Lot } from '../../lib/account/contract.ts';
import type { FlowMessage, InputContext, NodeBehaviour, NodeContext } from '../../lib/node-red/contract.ts';
import { decisionMessage, signalMessage } from '../../lib/node-red/messages.ts';
import { decideExit, type ExitDecision } from '../../lib/trading/exit.ts';
import type { League } from '../../lib/trading/game.ts';
import type { RuleParameters } from '../../lib/trading/parameters.ts';
import { centsText } from '../../lib/trading/words.ts';
import { parametersByLeague, type RuleSettings } from '../rule-parameters.ts';
import { LastAnswers, questionOf, type RuleAnswer, type RuleFacts, type RuleQuestion } from '../rule-question.ts';
import { keepExitState, keptExitState } from './exit-state.ts';

type Settings = RuleSettings & { rule: string; lots: string; patience: number };
type Context = NodeContext<Settings, 'waiting' | 'idle' | 'holding' | 'leaving' | 'stuck'>;
type Exit = Extract<ExitDecision, { kind: 'exit' }>;
type Hold = Exclude<ExitDecision, Exit>;

/** An exit rule at work: every update asks it, for each lot of each account by itself. */
export class ExitRule implements NodeBehaviour {
  readonly #context: Context;
  readonly #byLeague: ReadonlyMap<League, RuleParameters>;
  readonly #whose: { ruleId?: string };
  /** Why positions are kept, by position. */
  readonly #holds = new LastAnswers();
  /** The market whose lot the status tells of; undefined where of none, empty where of any. */
  #shown: string | undefined;
  readonly #stopWatching: () => void;

  constructor(context: Context) {
    const { attachment, properties } = context;
    this.#context = context;
    this.#byLeague = parametersByLeague(properties);
    this.#whose = properties.lots === 'all' ? {} : { ruleId: properties.lots };
    this.#stopWatching = attachment.onChange(() => this.#showStanding());
    this.#showStanding();
  }

  input(message: FlowMessage, reply: InputContext): void {
    const { attachment } = this.#context;
    const question = questionOf(message, reply, attachment.feed(), this.#byLeague);
    if (question === undefined) return;
    const { ticker } = question.update.market;
    let isHeld = false;
    for (const account of attachment.accounts()) {
      for (const lot of account.lots({ ...this.#whose, ticker })) {
        isHeld = true;
        this.#ask(account, lot, question);
      }
    }
    if (!isHeld && (this.#shown === '' || this.#shown === ticker)) this.#showStanding();
  }

  close(): void {
    this.#stopWatching();
  }

  #ask(account: AccountView, lot: Lot, question: RuleQuestion): void {
    const { update, parameters, facts } = question;
    const decision = this.#decide(account, lot, facts);
    const { kind, reason } = decision;
    const { takeProfitCC, stopLossCC } = parameters;
    const numbers = { ...decision.numbers, takeProfitCC, stopLossCC };
    const answer: RuleAnswer = { ruleId: lot.ruleId, ruleName: this.#context.name, leg: 'exit', reason, numbers };
    account.note({ ...answer, ticker: update.market.ticker, kind, gate: checkOf(decision), atMs: update.atMs });
    if (decision.kind === 'exit') this.#leave(account, lot, question, decision, answer);
    else this.#hold(account, lot, question, decision);
  }

  #decide(account: AccountView, lot: Lot, facts: RuleFacts): ExitDecision {
    const { rule } = this.#context.properties;
    const state = keptExitState(account, rule, lot);
    const decision = decideExit({ ...facts, position: lot, state });
    if (decision.state.peakCC !== state.peakCC) keepExitState(account, rule, lot, decision.state);
    return decision;
  }

  #hold(account: AccountView, lot: Lot, { message, reply, update }: RuleQuestion, hold: Hold): void {
    const check = checkOf(hold);
    if (this.#holds.isNews(lot.positionId, `${hold.kind} ${check ?? ''}`)) {
      reply.send(1, decisionMessage(message, account, update, hold));
    }
    const { team, ticker } = update.market;
    const isStuck = hold.kind === 'hold' && check !== undefined;
    this.#shown = ticker;
    this.#context.status(isStuck ? 'stuck' : 'holding', `${team} ${pointsWords(hold.numbers.pointsCC)}`);
  }

  #leave(account: AccountView, lot: Lot, { message, reply, update }: RuleQuestion, exit: Exit, answer: RuleAnswer): void {
    const { name, properties } = this.#context;
    this.#holds.forget(lot.positionId);
    const signal = account.raise({
      ...answer,
      eventTicker: update.game.eventTicker,
      wish: exit.order,
      exitReason: exit.exitReason,
      notes: exit.notes,
      entryCaps: undefined,
      maxPriceMoveCC: undefined,
      patienceMs: properties.patience * 1_000,
      actor: { kind: 'rule', id: properties.rule, name },
    });
    if (signal === undefined) return;
    reply.send(0, signalMessage(message, account, signal));
    const { team, ticker } = update.market;
    this.#shown = ticker;
    this.#context.status('leaving', `${team}: ${exit.exitReason.replaceAll('_', ' ')}`);
  }

  /** While no lot has been looked at: only whether there is any. */
  #showStanding(): void {
    const { attachment } = this.#context;
    const isHolding = attachment.accounts().some((account) => account.lots(this.#whose).length > 0);
    if (attachment.feed() === undefined) this.#context.status('waiting');
    else this.#context.status(isHolding ? 'holding' : 'idle');
    this.#shown = isHolding ? '' : undefined;
  }
}

/** The check that applies, whether or not it can be followed now. */
function checkOf(decision: ExitDecision): string | undefined {
  return decision.kind === 'hold' ? decision.due : decision.exitReason;
}

function pointsWords(pointsCC: number | undefined): string {
  if (pointsCC === undefined) return 'no bid';
  return `${pointsCC >= 0 ? '+' : ''}${centsText(Math.round(pointsCC))}c`;
}
