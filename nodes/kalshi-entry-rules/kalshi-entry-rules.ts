import { z } from 'zod';
import type { NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { parametersSchema } from '../../lib/node-red/parameters-schema.ts';
import { leaguesProperty, patienceProperty, ruleProperty } from '../../lib/node-red/properties.ts';
import { problemsOf } from '../rule-parameters.ts';
import { EntryRule } from './entry-rule.ts';

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
  start: (context) => new EntryRule(context),
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

export default defineNode(declaration);
