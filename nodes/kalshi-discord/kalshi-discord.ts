import { z } from 'zod';
import { alertOf } from '../../lib/node-red/alert-messages.ts';
import type { FlowMessage, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { choiceProperty } from '../../lib/node-red/properties.ts';

const properties = z.object({
  least: choiceProperty({
    label: 'At least',
    help: 'What is less important than this is not posted.',
    options: [
      { value: 'info', label: 'everything' },
      { value: 'warning', label: 'warnings and errors' },
      { value: 'error', label: 'errors' },
    ],
    default: 'info',
  }),
});

const statuses = {
  ready: { fill: 'grey', shape: 'ring', text: 'ready', meaning: 'Nothing posted yet.' },
  stored: {
    fill: 'green',
    shape: 'dot',
    text: 'stored',
    meaning: 'The last message is stored and goes out as soon as the channel takes it.',
  },
} as const;

const RANK = { debug: 0, info: 1, warning: 2, error: 3 } as const;

export const declaration = {
  type: 'kalshi-discord',
  label: 'discord',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [
    {
      label: 'anything',
      meaning:
        'Orders, trips, reconciliations and errors are told in their own form, anything else as its text. Formatted, stored and then posted, once each.',
      carries: ['order', 'trip', 'reconcile', 'alert'],
    },
  ],
  outputs: [],
  statuses,
  icon: 'font-awesome/fa-bell',
  align: 'right',
  start: (context) => {
    const { attachment, clock, properties: settings } = context;
    context.status('ready');
    return {
      input: async (message) => {
        // A Catch node brings back what could not be stored here: it would only fail again.
        if (isOwnError(message)) return;
        const alert = alertOf(message, { environment: attachment.environment, atMs: clock.nowMs() });
        if (alert === undefined || RANK[alert.level] < RANK[settings.least]) return;
        await attachment.post(alert);
        context.status('stored', alert.kind);
      },
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function isOwnError({ error }: FlowMessage): boolean {
  const source = typeof error === 'object' && error !== null && 'source' in error ? error.source : undefined;
  return typeof source === 'object' && source !== null && 'type' in source && source.type === declaration.type;
}

export default defineNode(declaration);
