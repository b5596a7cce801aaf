import { z } from 'zod';
import type { AccountView, CommandResult } from '../../lib/account/contract.ts';
import { someAccounts } from '../../lib/node-red/accounts.ts';
import type { NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { type Command, commandMessage, readCommand } from '../../lib/node-red/messages.ts';
import { BREAKER_RULES } from '../../lib/trading/breaker.ts';
import type { Actor } from '../../lib/trading/cause.ts';

const properties = z.object({});

const statuses = {
  ready: { fill: 'grey', shape: 'ring', text: 'ready', meaning: 'Waiting for a command.' },
  done: { fill: 'green', shape: 'dot', text: 'done', meaning: 'The last command was done, for every account; which follows.' },
  undone: {
    fill: 'red',
    shape: 'dot',
    text: 'refused',
    meaning: 'The last command was refused by an account; which follows, and the reason is in the message.',
  },
} as const;

export const declaration = {
  type: 'kalshi-control',
  label: 'control',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [{ label: 'command', meaning: 'For every account of this node.', carries: ['command'] }],
  outputs: [
    { label: 'done', meaning: 'The command was done, once for each account.', carries: ['account', 'environment', 'done'] },
    { label: 'refused', meaning: 'It was not, with the reason.', carries: ['account', 'environment', 'done'] },
  ],
  statuses,
  icon: 'font-awesome/fa-sliders',
  start: (context) => {
    const { attachment, id, name } = context;
    const actor: Actor = { kind: 'rule', id, name };
    context.status('ready');
    return {
      input: async (message, reply) => {
        const command = readCommand(message);
        const results = await Promise.all(
          someAccounts(attachment).map(async (account) => {
            const result = await run(account, command, actor);
            reply.send(result.done ? 0 : 1, commandMessage(message, account, command, result, context.clock.nowMs()));
            return result;
          }),
        );
        context.status(results.every(({ done }) => done) ? 'done' : 'undone', command.command.replace('_', ' '));
      },
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

async function run(account: AccountView, command: Command, actor: Actor): Promise<CommandResult> {
  const note = command.note ?? '';
  switch (command.command) {
    case 'pause':
      return account.setEntries(false, actor);
    case 'resume':
      return account.setEntries(true, actor);
    case 'close_all':
      return account.closeAll(actor);
    case 'close':
      return closeSome(account, command, actor);
    case 'reset': {
      const rule = BREAKER_RULES.find((one) => one === command.rule);
      if (rule === undefined) return refused('NO_SUCH_LIMIT', `reset takes one of ${BREAKER_RULES.join(', ')}`);
      return account.reset(rule, note, actor);
    }
    case 'reconcile': {
      const { agreed, failure, findings } = await account.reconcile(actor);
      if (agreed) return { done: true, code: undefined, message: 'memory and exchange agree' };
      return refused(failure?.code ?? 'RECONCILE_MISMATCH', failure?.message ?? findings.join(' '));
    }
    default:
      return command.command satisfies never;
  }
}

async function closeSome(account: AccountView, { position, ticker }: Command, actor: Actor): Promise<CommandResult> {
  if (position !== undefined) return account.close(position, actor);
  const lots = ticker === undefined ? [] : account.lots({ ticker });
  if (lots.length === 0) return refused('NO_SUCH_POSITION', `nothing is held in ${ticker ?? 'a market that was not named'}`);
  const results = await Promise.all(lots.map((lot) => account.close(lot.positionId, actor)));
  return results.find(({ done }) => !done) ?? results[0] ?? refused('NO_SUCH_POSITION', 'nothing is held');
}

function refused(code: string, message: string): CommandResult {
  return { done: false, code, message };
}

export default defineNode(declaration);
