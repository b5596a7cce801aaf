/** What rules said, in words for pages. */
import type { NotedDecision } from '../../account/contract.ts';
import { ENTRY_GATES } from '../../trading/entry.ts';

/** How far an entry decision came: the position of the gate that stopped it, beyond all of them where it enters. */
export function gateReached(decision: NotedDecision): number {
  if (decision.kind === 'enter') return ENTRY_GATES.length;
  return ENTRY_GATES.findIndex((gate) => gate === decision.gate);
}

const FALLEN = ENTRY_GATES.indexOf('entry_condition');

/** The price has fallen far enough; something later stopped it, or nothing. */
export function hasFallen(decision: NotedDecision): boolean {
  return gateReached(decision) > FALLEN;
}

/** `drop 13.0 < 15.0` · `buying: drop 15.5 >= 15.0 (…)` · `holding: P&L 8.0 between -10.0 and 20.0` */
export function decisionText({ kind, reason }: NotedDecision): string {
  return kind === 'no' ? reason : `${VERBS[kind]}: ${reason}`;
}

const VERBS = { enter: 'buying', exit: 'selling', hold: 'holding', finished: 'finished' } as const;

/** The entry decision that came farthest; of several the newest. */
export function farthest(decisions: readonly NotedDecision[]): NotedDecision | undefined {
  return decisions.toSorted((a, b) => gateReached(b) - gateReached(a) || b.atMs - a.atMs)[0];
}

/** The newest decision of an exit rule on this market: of the rule that bought where that one also sells, else of any. */
export function exitDecision(decisions: readonly NotedDecision[], ticker: string, ruleId: string): NotedDecision | undefined {
  const exits = decisions.filter((one) => one.leg === 'exit' && one.ticker === ticker).toSorted((a, b) => b.atMs - a.atMs);
  return exits.find((one) => one.ruleId === ruleId) ?? exits[0];
}

/** A number that a decision noted, or undefined. */
export function noted(decision: NotedDecision | undefined, name: string): number | undefined {
  const value = decision?.numbers[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
