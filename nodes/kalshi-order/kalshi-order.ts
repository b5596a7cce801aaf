import { z } from 'zod';
import type { OrderReport } from '../../lib/account/contract.ts';
import { watchAccounts } from '../../lib/account/watch.ts';
import type { FlowMessage, NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { NodeError } from '../../lib/node-red/errors.ts';
import { orderMessage, readSignal } from '../../lib/node-red/messages.ts';
import { centsText, contractsText } from '../../lib/trading/words.ts';

const properties = z.object({});

const statuses = {
  ready: { fill: 'green', shape: 'ring', text: 'ready', meaning: 'The account is armed; nothing is on its way.' },
  waiting: {
    fill: 'yellow',
    shape: 'ring',
    text: 'waiting',
    meaning: 'No account, or it starts, is paused or blocked: which of it follows. Exits go on, except while it starts.',
  },
  sending: { fill: 'blue', shape: 'dot', text: 'sending', meaning: 'An order is on its way; for what follows.' },
  filled: { fill: 'green', shape: 'dot', text: 'filled', meaning: 'The last order was filled, in part or whole.' },
  not_filled: {
    fill: 'grey',
    shape: 'dot',
    text: 'not filled',
    meaning: 'The last order was not sent, or nothing was filled; the reason is in the message.',
  },
  unresolved: {
    fill: 'red',
    shape: 'dot',
    text: 'unresolved',
    meaning: 'Whether an order arrived is not known. It is being proven; nothing is sent twice.',
  },
} as const;

type Context = NodeContext<z.output<typeof properties>, keyof typeof statuses>;

/** What is stored with an intent: enough for a successor of this node to send the outcome on. */
interface Envelope {
  node: string;
  message: FlowMessage;
}

const PORTS = { filled: 0, partial: 0, not_filled: 1, refused: 1, unresolved: 2 } as const;

export const declaration = {
  type: 'kalshi-order',
  label: 'order',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [
    {
      label: 'signal',
      meaning: 'From rules, or from a breaker behind them. Everything is checked here again.',
      carries: ['topic', 'account', 'signal'],
    },
  ],
  outputs: [
    {
      label: 'filled',
      meaning: 'The order was filled, in part or whole.',
      carries: ['topic', 'account', 'environment', 'order'],
    },
    {
      label: 'not filled',
      meaning: 'It was not sent, was refused, or nothing was filled.',
      carries: ['topic', 'account', 'environment', 'order'],
    },
    {
      label: 'unresolved',
      meaning: 'Whether it arrived is not known. Its end follows as another message, once it is proven.',
      carries: ['topic', 'account', 'environment', 'order'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-exchange',
  align: 'right',
  start: (context) => {
    const { attachment, id } = context;
    const stopWatching = watchAccounts(
      attachment,
      (account) => ({
        // Outcomes come this way only: so whoever of this node's successors is there when one comes sends it on.
        report: (report) => {
          const envelope = report.envelope as Envelope | undefined;
          if (envelope?.node !== id) return false;
          context.send(PORTS[report.outcome], orderMessage(envelope.message, account, report));
          show(context, report);
          return true;
        },
        state: () => showState(context),
      }),
      () => showState(context),
    );
    showState(context);
    return {
      input: async (message) => {
        const signal = readSignal(message);
        const account = attachment.accounts().find((one) => one.id === signal.cause.accountId);
        if (account === undefined) {
          throw new NodeError(
            'NODE_ACCOUNT_MISSING',
            `the signal is for account ${signal.cause.accountId}, which this node does not trade`,
          );
        }
        const { wish } = signal;
        const envelope: Envelope = { node: id, message: kept(message) };
        const reported = account.submit(signal, envelope);
        // Shown while it is on its way: the order does not wait for that.
        context.status('sending', `${wish.action} ${contractsText(wish.countE2)} at ${centsText(wish.limitCC)}c`);
        await reported;
      },
      close: () => stopWatching(),
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

/** What of a message is worth storing with an order: our own properties. The signal comes back with the report. */
function kept(message: FlowMessage): FlowMessage {
  const { _msgid, topic, market, quote, game, baseline } = message;
  return { _msgid, topic, market, quote, game, baseline };
}

function show(context: Context, { outcome, life, averageCC }: OrderReport): void {
  if (outcome === 'filled' || outcome === 'partial') {
    const words = `${contractsText(life?.filledE2 ?? 0)} at ${averageCC === undefined ? '?' : centsText(Math.round(averageCC))}c`;
    context.status('filled', words);
    return;
  }
  context.status(outcome === 'unresolved' ? 'unresolved' : 'not_filled');
}

function showState(context: Context): void {
  const { attachment } = context;
  const accounts = attachment.accounts();
  const waiting = accounts.map((account) => account.state()).find(({ status }) => status !== 'armed');
  if (accounts.some((account) => account.ordersUnderWay().some(({ state }) => state === 'unresolved'))) {
    context.status('unresolved');
  } else if (waiting !== undefined || accounts.length === 0) context.status('waiting', waiting?.status ?? 'no account');
  else context.status('ready');
}

export default defineNode(declaration);
