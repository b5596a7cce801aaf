import { z } from 'zod';
import { watchAccounts } from '../../lib/account/watch.ts';
import { someAccounts } from '../../lib/node-red/accounts.ts';
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
          show(context);
        },
      }),
      () => show(context),
    );
    show(context);
    return {
      // Its runs are told to everybody who listens, this node included: so nothing is answered here.
      input: async () => {
        await Promise.all(someAccounts(attachment).map((account) => account.reconcile({ kind: 'local' })));
      },
      close: () => stopWatching(),
    };
  },
} satisfies NodeDeclaration<typeof properties, keyof typeof statuses>;

/** Of several accounts the one that does not agree counts. */
function show(context: Context): void {
  const runs = context.attachment.accounts().flatMap((account) => account.lastRun() ?? []);
  const apart = runs.find(({ agreed }) => !agreed);
  const repairs = runs.reduce((sum, run) => sum + run.repairs.length, 0);
  if (runs.length === 0) context.status('waiting');
  else if (apart !== undefined) context.status('mismatch', apart.failure?.code ?? `${apart.findings.length} found`);
  else context.status('agreed', repairs === 0 ? undefined : `${repairs} put right`);
}

export default defineNode(declaration);
