/** What an exit rule remembers of a lot beyond the process. */
import type { AccountView, Lot } from '../../lib/account/contract.ts';
import { type ExitState, NEW_EXIT_STATE } from '../../lib/trading/exit.ts';

/** It belongs to one position only: the next round of the same market begins anew. */
interface Remembered {
  positionId: string;
  state: ExitState;
}

export function keptExitState(account: AccountView, rule: string, lot: Lot): ExitState {
  const kept = account.ruleState(rule, keyOf(lot)) as Remembered | undefined;
  return kept?.positionId === lot.positionId ? kept.state : NEW_EXIT_STATE;
}

export function keepExitState(account: AccountView, rule: string, lot: Lot, state: ExitState): void {
  account.keepRuleState(rule, keyOf(lot), { positionId: lot.positionId, state } satisfies Remembered);
}

/** One for each lot owner and market: the next round takes the place of the last. */
function keyOf(lot: Lot): string {
  return `${lot.ticker}/${lot.ruleId}`;
}
