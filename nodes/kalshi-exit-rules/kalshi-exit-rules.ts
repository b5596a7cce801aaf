import { z } from 'zod';
import type { AccountView, Lot, MarketUpdate } from '../../lib/account/contract.ts';
import type { NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { decisionMessage, signalMessage, tickerOf } from '../../lib/node-red/messages.ts';
import { parametersSchema } from '../../lib/node-red/parameters-schema.ts';
import { leaguesProperty, patienceProperty, ruleOfProperty, ruleProperty } from '../../lib/node-red/properties.ts';
import { decideExit, type ExitState, NEW_EXIT_STATE } from '../../lib/trading/exit.ts';
import { LEAGUES } from '../../lib/trading/game.ts';
import { centsText } from '../../lib/trading/words.ts';
import { parametersByLeague, problemsOf } from '../rule-parameters.ts';

const properties = z.object({
  rule: ruleProperty(),
  leagues: leaguesProperty({
    label: 'Leagues',
    help: 'What is held in games of these leagues is left by this rule; each league has its own defaults below.',
    default: LEAGUES,
  }),
  lots: ruleOfProperty({
    label: 'Whose lots',
    help: 'The entry rule whose positions this rule leaves.',
    type: 'kalshi-entry-rules',
    all: 'every position of the account, also those bought by hand',
  }),
  patience: patienceProperty(),
  // Which leagues are chosen is what switches them on; how a purchase is priced is the entry rule's.
  ...parametersSchema(['general', 'exit', 'order']).omit({ enabled: true, entry_offset: true, max_price_move: true }).shape,
});

const statuses = {
  waiting: { fill: 'yellow', shape: 'ring', text: 'waiting', meaning: 'No market data yet.' },
  idle: { fill: 'grey', shape: 'ring', text: 'nothing held', meaning: 'No lot of this rule is open.' },
  holding: { fill: 'green', shape: 'ring', text: 'holding', meaning: 'What is held, and how it stands.' },
  leaving: { fill: 'blue', shape: 'dot', text: 'exit', meaning: 'A signal to leave was just sent.' },
  stuck: {
    fill: 'yellow',
    shape: 'dot',
    text: 'cannot leave',
    meaning: 'A check applies and nobody buys, or the market is not open.',
  },
} as const;

/** What is kept per rule and market; it belongs to one position only. */
interface Remembered {
  positionId: string;
  state: ExitState;
}

export const declaration = {
  type: 'kalshi-exit-rules',
  label: 'exit rules',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [{ label: 'market update', meaning: 'Says which market to look at, ticks included.', carries: ['topic', 'update'] }],
  outputs: [
    { label: 'signal', meaning: 'The wish to sell, for one position.', carries: ['topic', 'account', 'environment', 'signal'] },
    {
      label: 'holding',
      meaning: 'Why a position is kept, whenever that becomes another reason.',
      carries: ['topic', 'account', 'environment', 'decision'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-sign-out',
  problems: problemsOf,
  start: (context) => {
    const { attachment, properties: settings } = context;
    const parameters = parametersByLeague(settings);
    const told = new Map<string, string>();
    const ofRule = settings.lots === 'all' ? {} : { ruleId: settings.lots };
    /** The market whose lot the status tells of; undefined where of none, empty where of any. */
    let shown: string | undefined;
    const showStanding = () => {
      const isHolding = attachment.accounts().some((account) => account.lots(ofRule).length > 0);
      if (attachment.feed() === undefined) context.status('waiting');
      else context.status(isHolding ? 'holding' : 'idle');
      shown = isHolding ? '' : undefined;
    };
    const stopWatching = attachment.onChange(showStanding);
    showStanding();

    return {
      input: (message, reply) => {
        const update = attachment.feed()?.look(tickerOf(message));
        const p = update === undefined ? undefined : parameters.get(update.game.league);
        if (update === undefined || p === undefined) return;
        const { game, market, known, atMs } = update;
        let isHeld = false;
        for (const account of attachment.accounts()) {
          for (const lot of account.lots({ ...ofRule, ticker: market.ticker })) {
            isHeld = true;
            const before = rememberedState(account, settings.rule, lot);
            const decision = decideExit({
              nowMs: atMs,
              parameters: p,
              market,
              quote: update.quote?.quote,
              position: lot,
              state: before,
              game: known?.state,
              hasScoreSource: game.hasScoreSource,
              scheduledStartMs: game.startMs,
            });
            if (decision.state.peakCC !== before.peakCC) {
              account.keepRuleState(settings.rule, stateKey(lot), { positionId: lot.positionId, state: decision.state });
            }
            const numbers = { ...decision.numbers, takeProfitCC: p.takeProfitCC, stopLossCC: p.stopLossCC };
            const { reason, kind } = decision;
            const gate = decision.kind === 'hold' ? decision.due : decision.exitReason;
            account.note({
              ruleId: lot.ruleId,
              ruleName: context.name,
              ticker: market.ticker,
              leg: 'exit',
              kind,
              gate,
              reason,
              numbers,
              atMs,
            });
            const answer = `${kind} ${gate ?? ''}`;
            if (decision.kind !== 'exit') {
              if (told.get(lot.positionId) !== answer) {
                told.set(lot.positionId, answer);
                reply.send(1, decisionMessage(message, account, update, decision));
              }
              shown = market.ticker;
              context.status(
                gate === undefined || kind === 'finished' ? 'holding' : 'stuck',
                heldWords(update, decision.numbers.pointsCC),
              );
              continue;
            }
            told.delete(lot.positionId);
            const signal = account.raise({
              ruleId: lot.ruleId,
              ruleName: context.name,
              leg: 'exit',
              eventTicker: game.eventTicker,
              wish: decision.order,
              exitReason: decision.exitReason,
              reason,
              notes: decision.notes,
              numbers,
              entryCaps: undefined,
              maxPriceMoveCC: undefined,
              patienceMs: settings.patience * 1_000,
              actor: { kind: 'rule', id: settings.rule, name: context.name },
            });
            if (signal === undefined) continue;
            reply.send(0, signalMessage(message, account, signal));
            shown = market.ticker;
            context.status('leaving', `${market.team}: ${decision.exitReason.replaceAll('_', ' ')}`);
          }
        }
        if (!isHeld && (shown === '' || shown === market.ticker)) showStanding();
      },
      close: () => stopWatching(),
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function rememberedState(account: AccountView, rule: string, lot: Lot): ExitState {
  const kept = account.ruleState(rule, stateKey(lot)) as Remembered | undefined;
  return kept?.positionId === lot.positionId ? kept.state : NEW_EXIT_STATE;
}

/** One entry per lot owner and market: the next round takes the place of the last. */
function stateKey(lot: Lot): string {
  return `${lot.ticker}/${lot.ruleId}`;
}

function heldWords(update: MarketUpdate, pointsCC: number | undefined): string {
  const points = pointsCC === undefined ? 'no bid' : `${pointsCC >= 0 ? '+' : ''}${centsText(Math.round(pointsCC))}c`;
  return `${update.market.team} ${points}`;
}

export default defineNode(declaration);
