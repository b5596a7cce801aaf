import { z } from 'zod';
import type { AccountView } from '../../lib/account/contract.ts';
import { watchAccounts } from '../../lib/account/watch.ts';
import type { NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { blockedMessage, readSignal, tripMessage } from '../../lib/node-red/messages.ts';

const properties = z.object({});

const statuses = {
  clear: { fill: 'green', shape: 'dot', text: 'clear', meaning: 'No limit blocks entries.' },
  blocking: { fill: 'red', shape: 'dot', text: 'blocked', meaning: 'A limit blocks entries; which one follows. Exits go on.' },
} as const;

type Context = NodeContext<z.output<typeof properties>, keyof typeof statuses>;

export const declaration = {
  type: 'kalshi-risk-breaker',
  label: 'risk breaker',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [{ label: 'signal', meaning: 'From entry or exit rules.', carries: ['topic', 'account', 'signal'] }],
  outputs: [
    { label: 'allowed', meaning: 'The signal, where no limit blocks it now. Exits always.', carries: ['signal'] },
    { label: 'blocked', meaning: 'The signal, and the limits that block it.', carries: ['blocked', 'account'] },
    { label: 'tripped', meaning: 'A limit began or ceased to block.', carries: ['trip', 'account', 'environment'] },
  ],
  statuses,
  icon: 'font-awesome/fa-shield',
  start: (context) => {
    const { attachment } = context;
    const stopWatching = watchAccounts(
      attachment,
      (account) => ({
        trip: (event) => {
          context.send(2, tripMessage(account, event));
          show(context);
        },
        state: () => show(context),
      }),
      () => show(context),
    );
    show(context);
    return {
      input: (message, reply) => {
        const signal = readSignal(message);
        const account = accountOf(attachment.accounts(), signal.cause.accountId);
        // Whose account is not here is for the order path to refuse: it says so by name.
        const verdict =
          account === undefined || signal.cause.leg === 'exit' ? { kind: 'allowed' as const } : account.preview(signal);
        if (account === undefined || verdict.kind === 'allowed') reply.send(0, message);
        else reply.send(1, blockedMessage(message, account, signal, verdict, context.clock.nowMs()));
        show(context);
      },
      close: () => stopWatching(),
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function accountOf(accounts: readonly AccountView[], id: string): AccountView | undefined {
  return accounts.find((account) => account.id === id);
}

function show(context: Context): void {
  const { attachment } = context;
  const rules = attachment.accounts().flatMap((account) => account.trips().map(({ rule }) => rule.replaceAll('_', ' ')));
  const [first] = rules;
  if (first === undefined) context.status('clear');
  else context.status('blocking', rules.length === 1 ? first : `${first} and ${rules.length - 1} more`);
}

export default defineNode(declaration);
