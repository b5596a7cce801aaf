/**
 * Reconciliation: what has to change in the memory so that it is what the exchange has. Pure functions; nothing is read or written here.
 *
 * - `reconcile` compares what is remembered with what was read, and answers with findings and with steps, as data.
 * - `repairText` (reconcile-words) says what a step has done.
 * - `createReconciler` (lib/account/reconciler) is the shell: it reads, has the steps done, and reads again.
 *
 * The exchange is the truth: an order stands as it says, a fill that it tells is booked to the rule that its order's id proves, or to
 * `FOREIGN_RULE` where nobody here sent it, a settlement to all who traded. What rests, or is held, and belongs to nobody waits for a person.
 *
 * 1. Quantity: once the steps are done, the fills of all rules in a market add up to the exchange's position, or entries wait.
 * 2. Price: the average of what is open is within 0.01 % of the exchange's, or entries wait.
 * 3. Profit: it is nothing but the sum over fills, fees and settlements; reconciliation makes up no fill and no price.
 * 4. Determinism: the same input gives the same steps, with the same ids, whatever order its lists are in.
 * 5. Convergence: with the steps done, the same answers give no further step.
 * 6. Patience: reads lag writes. Nothing that is younger than what the answers are complete for is called a difference, and absence
 *    from a list ends no order: what is gone without a trace is left unresolved, to be proven.
 */

import { draftOf } from './reconcile-draft.ts';
import { compareFills, compareSettlements } from './reconcile-fills.ts';
import { closeGhosts, compareOrders } from './reconcile-orders.ts';
import { comparePositions } from './reconcile-positions.ts';
import type { ExchangeReading, Reconciliation, Remembered } from './reconcile-steps.ts';

/** Throws `FILL_CONTRADICTS` or `SETTLEMENT_CONTRADICTS` where the exchange tells something that is impossible. */
export function reconcile(remembered: Remembered, exchange: ExchangeReading): Reconciliation {
  const draft = draftOf(remembered, exchange);
  compareOrders(draft);
  compareFills(draft, exchange);
  compareSettlements(draft, exchange.settlements);
  closeGhosts(draft);
  comparePositions(draft, exchange.positions);
  const { findings, steps } = draft;
  return { agreed: !findings.some(({ blocks }) => blocks), findings, steps };
}
