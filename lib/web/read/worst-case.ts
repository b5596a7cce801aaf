/**
 * What could be lost from here tonight.
 *
 * 1. What is open may go to zero: it is counted at its cost with fees, or at what it is worth now where that is more.
 * 2. While rules may buy, positions may close at a loss and others take their place, until the day has lost its limit; and at that moment
 *    everything that may be open at once may still go to zero. An entry's size holds its fee; selling for nothing costs none.
 * 3. More than all there is cannot be lost.
 *
 * Gains of positions that are yet to be opened are counted as not there.
 */
import type { AccountMoney, AccountState, NotedDecision } from '../../account/contract.ts';
import { dailyLossLimitE6, exposureLimitE6, type Trip } from '../../trading/breaker.ts';
import type { RiskLimits } from '../../trading/limits.ts';
import type { SizeCap } from '../../trading/sizing.ts';
import { noted } from './says.ts';
import { dollarsWords } from './units.ts';

export interface WorstCaseFacts {
  money: AccountMoney;
  limits: RiskLimits;
  /** The most that one entry may cost. */
  entryE6: number;
  /** `costE6` without fees; `worthE6` at the bid, undefined where there is none. */
  open: readonly { costE6: number; feesE6: number; worthE6: number | undefined }[];
  mayEnter: boolean;
}

export interface WorstCase {
  /** Zero or negative. */
  resultE6: number;
  text: string;
}

export function worstCase(facts: WorstCaseFacts): WorstCase {
  const { money, limits, entryE6, open, mayEnter } = facts;
  const costE6 = sum(open.map((one) => one.costE6 + one.feesE6));
  const standingE6 = sum(open.map((one) => Math.max(one.costE6 + one.feesE6, one.worthE6 ?? 0)));
  // What the account has at risk besides its positions' cost is set aside for orders.
  const onTheWayE6 = Math.max(0, money.exposureE6 - sum(open.map((one) => one.costE6)));
  const nowE6 = standingE6 + onTheWayE6;
  const held = heldText(open.length, standingE6, costE6, onTheWayE6);
  if (!mayEnter) return told(nowE6, money, `${held === '' ? 'nothing is open' : `${held} lost whole`}; no entries now`);
  const bySlotsE6 = limits.openPositions * entryE6;
  const byExposureE6 = exposureLimitE6(limits, money.capitalE6);
  const atOnceE6 = Math.max(nowE6, Math.min(bySlotsE6, byExposureE6));
  const untilStopE6 = Math.max(0, dailyLossLimitE6(limits, money.capitalE6) + money.dayPnlE6 - money.dayBaseE6);
  const many =
    bySlotsE6 <= byExposureE6
      ? `${limits.openPositions} positions of ${dollarsWords(entryE6)}`
      : `${dollarsWords(byExposureE6)} at risk`;
  const most = atOnceE6 === nowE6 && nowE6 > 0 ? held : `${many} at once${held === '' ? '' : ` (now ${held})`}`;
  const before = `after ${dollarsWords(untilStopE6)} of other losses, where the daily limit stops entries`;
  return told(atOnceE6 + untilStopE6, money, `${most} lost whole, ${before}`);
}

/** Whether rules may buy tonight, now or by themselves later: not while only a person or another day can let them. */
export function mayEnterTonight({ status }: AccountState, trips: readonly Trip[]): boolean {
  if (status === 'paused' || status === 'refused' || status === 'closed') return false;
  return trips.every(({ until }) => until.kind === 'time' || until.kind === 'reading');
}

/** What one entry may cost at most: the smallest cap and, where every entry rule has noted its position size, the largest of those. */
export function largestEntryE6(caps: readonly SizeCap[], decisions: readonly NotedDecision[]): number {
  const byCaps = Math.min(...caps.map((cap) => ('mostE6' in cap ? cap.mostE6 : Number.POSITIVE_INFINITY)));
  const sizes = decisions.filter((one) => one.leg === 'entry').map((one) => noted(one, 'positionSizeE6'));
  const largest = sizes.some((size) => size === undefined) ? undefined : sizes.reduce<number>((a, b) => Math.max(a, b ?? 0), 0);
  return largest === undefined || largest === 0 ? byCaps : Math.min(byCaps, largest);
}

function told(lossE6: number, { capitalE6 }: AccountMoney, how: string): WorstCase {
  const isAll = lossE6 > capitalE6;
  const resultE6 = -Math.max(0, Math.min(lossE6, capitalE6)) + 0;
  return { resultE6, text: isAll ? `all there is (${how})` : how };
}

function heldText(count: number, standingE6: number, costE6: number, onTheWayE6: number): string {
  const what = standingE6 > costE6 ? 'at present worth or cost' : 'at cost';
  const open = count === 0 ? [] : [`${count} open position${count === 1 ? '' : 's'} ${what} ${dollarsWords(standingE6)}`];
  const sent = onTheWayE6 === 0 ? [] : [`orders on their way for ${dollarsWords(onTheWayE6)}`];
  return [...open, ...sent].join(' and ');
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, one) => total + one, 0);
}
