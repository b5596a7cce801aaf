/** Listens to one account for as long as it is open, and keeps what it does not: how the day went, and what its rules said when. */
import type { AccountView } from '../../account/contract.ts';
import { newYorkDay } from '../../trading/trading-day.ts';
import { knowsMoney } from '../read/engine.ts';
import { SaidLog, type SaidThen } from './said-log.ts';
import { Thinned } from './thinned.ts';

const MOST_RESULTS = 240;

export interface DayResult {
  atMs: number;
  todayE6: number;
}

export class AccountWatch {
  readonly account: AccountView;
  readonly #stop: () => void;
  /** Of one day: a path over many would have a few points of each. */
  #results = new Thinned<DayResult>(MOST_RESULTS);
  #resultsDay = '';
  readonly #said = new SaidLog();

  constructor(account: AccountView, changed: () => void) {
    this.account = account;
    this.#stop = account.listen({
      state: changed,
      changed,
      reconciled: changed,
      trip: changed,
    });
  }

  /** Takes down what cannot be asked for later. Cheap: to be called now and then while things happen. */
  sample(): void {
    const money = this.account.money();
    const { dayPnlE6: todayE6, atMs } = money;
    this.#beginDay(newYorkDay(atMs));
    const isNew = this.#results.last?.todayE6 !== todayE6;
    if (isNew && knowsMoney(this.account.state(), money)) this.#results.add({ atMs, todayE6 });
    for (const decision of this.account.decisions()) this.#said.take(decision);
  }

  /** Of the day that was last looked at, oldest first. */
  results(sinceMs: number): readonly DayResult[] {
    return this.#results.points(sinceMs);
  }

  /** Oldest first. */
  said(ticker: string): readonly SaidThen[] {
    return this.#said.of(ticker);
  }

  close(): void {
    this.#stop();
  }

  #beginDay(day: string): void {
    if (day === this.#resultsDay) return;
    this.#resultsDay = day;
    this.#results = new Thinned(MOST_RESULTS);
  }
}
