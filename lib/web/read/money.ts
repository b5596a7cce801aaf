/** How the day stands, what is at risk, and what could be lost from here. */
import type { AccountMoney } from '../../account/contract.ts';
import { exposureLimitE6 } from '../../trading/breaker.ts';
import type { RiskLimits } from '../../trading/limits.ts';
import type { MoneyView } from '../contract.ts';
import { dollars, iso, picked } from './units.ts';
import type { WorstCase } from './worst-case.ts';

const PATH_POINTS = 60;

export interface ResultPoint {
  atMs: number;
  todayE6: number;
}

/** `balance` is cash and what the positions are worth, `free` the cash. The day's fees are all that its result has in it. */
export function moneyView(facts: {
  money: AccountMoney;
  /** What was paid to open the positions that are held. */
  openFeesE6: number;
  limits: RiskLimits;
  path: readonly ResultPoint[];
  worst: WorstCase;
}): MoneyView {
  const { money, openFeesE6, limits, worst } = facts;
  // What was last taken down may be older than the figure that it leads to.
  const isBehind = facts.path.at(-1)?.todayE6 !== money.dayPnlE6;
  const path = isBehind ? [...facts.path, { atMs: money.atMs, todayE6: money.dayPnlE6 }] : facts.path;
  return {
    balance: dollars(money.capitalE6),
    free: dollars(money.balanceE6),
    today: dollars(money.dayPnlE6),
    todayFees: dollars(money.dayFeesE6 + openFeesE6),
    wins: money.wins,
    losses: money.losses,
    path: picked(path, PATH_POINTS).map(({ atMs, todayE6 }) => ({ at: iso(atMs), today: dollars(todayE6) })),
    atRisk: dollars(money.exposureE6),
    atRiskLimit: dollars(exposureLimitE6(limits, money.capitalE6)),
    worstCase: dollars(worst.resultE6),
    worstCaseText: worst.text,
  };
}

/** What the memory kept, carried on by what was seen since: the seen points go first where both speak. */
export function joinedPath(stored: readonly ResultPoint[], seen: readonly ResultPoint[]): ResultPoint[] {
  const fromMs = seen[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return [...stored.filter(({ atMs }) => atMs < fromMs), ...seen];
}
