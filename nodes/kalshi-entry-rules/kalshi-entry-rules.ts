import { z } from 'zod';
import type { AccountView, FeedView, MarketUpdate } from '../../lib/account/contract.ts';
import type { NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { decisionMessage, signalMessage, tickerOf } from '../../lib/node-red/messages.ts';
import { parametersSchema } from '../../lib/node-red/parameters-schema.ts';
import { leaguesProperty, patienceProperty, ruleProperty } from '../../lib/node-red/properties.ts';
import { decideEntry, type EntryDecision } from '../../lib/trading/entry.ts';
import type { RuleParameters } from '../../lib/trading/parameters.ts';
import { centsText } from '../../lib/trading/words.ts';
import { parametersByLeague, problemsOf } from '../rule-parameters.ts';

const properties = z.object({
  rule: ruleProperty(),
  leagues: leaguesProperty({
    label: 'Leagues',
    help: 'Games of these leagues are entered; each league has its own defaults below.',
    default: ['NBA'],
  }),
  patience: patienceProperty(),
  // Which leagues are chosen is what switches them on; how a sale is priced is the exit rule's.
  ...parametersSchema(['general', 'entry', 'size', 'order']).omit({ enabled: true, exit_offset: true }).shape,
});

const statuses = {
  waiting: { fill: 'yellow', shape: 'ring', text: 'waiting', meaning: 'No market of these leagues has come by yet.' },
  watching: { fill: 'green', shape: 'ring', text: 'watching', meaning: 'Deciding on every update; what it last said no to.' },
  entering: { fill: 'green', shape: 'dot', text: 'entry', meaning: 'A signal to enter was just sent.' },
} as const;

export const declaration = {
  type: 'kalshi-entry-rules',
  label: 'entry rules',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [
    {
      label: 'market update with baseline',
      meaning: 'Says which market to decide on; the decision is made on what is known of it at that instant.',
      carries: ['topic', 'update', 'baseline'],
    },
  ],
  outputs: [
    { label: 'signal', meaning: 'The wish to buy, for one account.', carries: ['topic', 'account', 'environment', 'signal'] },
    {
      label: 'why not',
      meaning: 'The first check that failed, whenever it becomes another one.',
      carries: ['topic', 'account', 'environment', 'decision'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-sign-in',
  problems: problemsOf,
  start: (context) => {
    const { attachment, properties: settings } = context;
    const parameters = parametersByLeague(settings);
    /** The gate that was last told, by account and market: port 2 speaks when it becomes another. */
    const told = new Map<string, string>();
    context.status('waiting');

    return {
      input: (message, reply) => {
        const feed = attachment.feed();
        const update = feed?.look(tickerOf(message));
        const p = update === undefined ? undefined : parameters.get(update.game.league);
        // A game of a league that this rule does not trade is nobody's "why not".
        if (feed === undefined || update === undefined || p === undefined) return;
        // What the order path enforces has no say in what a rule sees: only what can be traded at all is asked.
        for (const account of attachment.accounts()) {
          const decision = decide(account, feed, update, p, message.baseline !== undefined, settings.rule);
          const noted = { ruleId: settings.rule, ruleName: context.name, ticker: update.market.ticker, leg: 'entry' as const };
          const { reason } = decision;
          const numbers = { ...decision.numbers, positionSizeE6: p.positionSizeE6 };
          const key = `${account.id} ${update.market.ticker}`;
          if (decision.kind === 'no') {
            account.note({ ...noted, kind: 'no', gate: decision.gate, reason, numbers, atMs: update.atMs });
            if (told.get(key) === decision.gate) continue;
            told.set(key, decision.gate);
            reply.send(1, decisionMessage(message, account, update, decision));
            context.status('watching', shortTeam(update, decision.reason));
            continue;
          }
          account.note({ ...noted, kind: 'enter', gate: undefined, reason, numbers, atMs: update.atMs });
          told.delete(key);
          const signal = account.raise({
            ruleId: settings.rule,
            ruleName: context.name,
            leg: 'entry',
            eventTicker: update.game.eventTicker,
            wish: decision.order,
            exitReason: undefined,
            reason,
            notes: decision.notes,
            numbers,
            entryCaps: {
              maxEntriesPerGame: p.maxEntriesPerGame,
              maxTotalPositions: p.maxTotalPositions,
              averagingDown: p.averagingDown,
            },
            maxPriceMoveCC: p.maxPriceMoveCC,
            patienceMs: settings.patience * 1_000,
          });
          if (signal === undefined) continue;
          reply.send(0, signalMessage(message, account, signal));
          context.status('entering', `${update.market.team} at ${centsText(decision.order.signalPriceCC)}c`);
        }
      },
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function decide(
  account: AccountView,
  feed: FeedView,
  update: MarketUpdate,
  parameters: RuleParameters,
  isTracked: boolean,
  ruleId: string,
): EntryDecision {
  const { game, market, quote, known, atMs } = update;
  const view = feed.baseline(market.ticker);
  const decision = decideEntry({
    nowMs: atMs,
    parameters,
    market,
    quote: quote?.quote,
    feedAgeMs: update.feedAgeMs,
    baseline: isTracked ? view.baseline : undefined,
    baselineMissing: isTracked ? view.reason : 'the update did not pass a baseline tracker',
    game: known?.state,
    scoreReadMs: known?.readMs,
    hasScoreSource: game.hasScoreSource,
    scheduledStartMs: game.startMs,
    tally: account.tally(ruleId, game.eventTicker),
    fees: market.fees,
    caps: account.sizeCaps(),
  });
  return decision;
}

function shortTeam(update: MarketUpdate, reason: string): string {
  return `${update.market.team}: ${reason.split(':')[0] ?? reason}`.slice(0, 28);
}

export default defineNode(declaration);
