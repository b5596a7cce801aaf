/** What rules said of each market when, for the pointer of a chart. */

import type { NotedDecision } from '../../account/contract.ts';
import type { Leg } from '../../trading/cause.ts';
import { decisionText } from '../read/says.ts';
import { addBounded } from './bounded.ts';
import { Thinned } from './thinned.ts';

const MOST_MARKETS = 1_200;
const MOST_PER_MARKET = 120;

export interface SaidThen {
  /** Market time. */
  atMs: number;
  text: string;
}

interface MarketLog {
  said: Thinned<SaidThen>;
  /** The last of each rule and leg. */
  last: NotedDecision[];
}

export class SaidLog {
  readonly #markets = new Map<string, MarketLog>();

  /** Takes it down if the rule says something else than before. */
  take(decision: NotedDecision): void {
    const log = this.#markets.get(decision.ticker) ?? addBounded(this.#markets, decision.ticker, newLog(), MOST_MARKETS);
    const at = log.last.findIndex((one) => isSameVoice(one, decision));
    const before = log.last[at];
    if (before === decision) return;
    log.last[at < 0 ? log.last.length : at] = decision;
    if (before?.reason === decision.reason && before.kind === decision.kind) return;
    log.said.add({ atMs: decision.atMs, text: decisionText(decision) });
  }

  /** Oldest first. */
  of(ticker: string): readonly SaidThen[] {
    return this.#markets.get(ticker)?.said.points() ?? [];
  }
}

function newLog(): MarketLog {
  return { said: new Thinned(MOST_PER_MARKET), last: [] };
}

function isSameVoice(a: { ruleId: string; leg: Leg }, b: { ruleId: string; leg: Leg }): boolean {
  return a.ruleId === b.ruleId && a.leg === b.leg;
}
