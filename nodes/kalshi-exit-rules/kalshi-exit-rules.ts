import { z } from 'zod';
import type { NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { parametersSchema } from '../../lib/node-red/parameters-schema.ts';
import { leaguesProperty, patienceProperty, ruleOfProperty, ruleProperty } from '../../lib/node-red/properties.ts';
import { LEAGUES } from '../../lib/trading/game.ts';
import { problemsOf } from '../rule-parameters.ts';
import { ExitRule } from './exit-rule.ts';

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
  start: (context) => new ExitRule(context),
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

export default defineNode(declaration);
