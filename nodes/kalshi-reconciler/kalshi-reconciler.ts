import { z } from 'zod';
import type { ReconcileRun } from '../../lib/account/contract.ts';
import { watchAccounts } from '../../lib/account/watch.ts';
import type { NodeContext, NodeDeclaration } from '../../lib/node-red/contract.ts';
import { defineNode } from '../../lib/node-red/define-node.ts';
import { runMessage } from '../../lib/node-red/messages.ts';

const properties = z.object({});

const statuses = {
  waiting: { fill: 'yellow', shape: 'ring', text: 'waiting', meaning: 'No run yet.' },
  agreed: { fill: 'green', shape: 'dot', text: 'agreed', meaning: 'Memory and exchange agreed in the last run.' },
  mismatch: {
    fill: 'red',
    shape: 'dot',
    text: 'mismatch',
    meaning: 'They differ, or could not be compared; entries are blocked until they agree.',
  },
  refused: {
    fill: 'red',
    shape: 'ring',
    text: 'cannot be used',
    meaning: 'The account or its environment cannot be used; the reason is in the log.',
  },
} as const;

type Context = NodeContext<z.output<typeof properties>, keyof typeof statuses>;

export const declaration = {
  type: 'kalshi-reconciler',
  label: 'reconciler',
  version: 1,
  migrations: {},
  properties,
  account: 'needed',
  inputs: [{ label: 'request', meaning: 'Any message asks for a run now, of every account.' }],
  outputs: [
    {
      label: 'agreed',
      meaning: 'After each run that agreed, also those of the schedule.',
      carries: ['account', 'environment', 'reconcile'],
    },
    {
      label: 'mismatch',
      meaning: 'After each run that did not agree, or failed.',
      carries: ['account', 'environment', 'reconcile'],
    },
  ],
  statuses,
  icon: 'font-awesome/fa-balance-scale',
  start: (context) => {
    const { attachment } = context;
    const stopWatching = watchAccounts(
      attachment,
      (account) => ({
        reconciled: (run) => {
          context.send(run.agreed ? 0 : 1, runMessage(account, run));
          show(context, run);
        },
      }),
      () => show(context, undefined),
    );
    show(context, undefined);
    return {
      // Its runs are told to everybody who listens, this node included: so nothing is answered here.
      input: async () => {
        await Promise.all(attachment.accounts().map((account) => account.reconcile({ kind: 'local' })));
      },
      close: () => stopWatching(),
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

function show(context: Context, run: ReconcileRun | undefined): void {
  const { attachment } = context;
  if (attachment.problem() !== undefined) {
    context.status('refused');
    return;
  }
  const last =
    run ??
    attachment
      .accounts()
      .map((account) => account.lastRun())
      .find((one) => one !== undefined);
  if (last === undefined) context.status('waiting');
  else if (last.agreed) context.status('agreed', last.repairs.length === 0 ? undefined : `${last.repairs.length} put right`);
  else context.status('mismatch', last.failure?.code ?? `${last.findings.length} found`);
}

export default defineNode(declaration);
