/** What is read off the books: lots, positions, orders under way, money. */
import type { BreakerReadings } from '../trading/breaker.ts';
import type { PositionRow } from '../trading/ports/memory.ts';
import { newYorkDay } from '../trading/trading-day.ts';
import type { AccountMoney, AccountView, Lot } from './contract.ts';
import type { Ground } from './ground.ts';
import { positionRows } from './ledger-change.ts';
import { Marks } from './marks.ts';
import { positionIdOf } from './order-id.ts';
import { moneyOf, readingsOf } from './valuation.ts';

export class Views {
  readonly #ground: Ground;
  readonly #cashE6: () => number;
  readonly #marks: Marks;

  constructor(ground: Ground, cashE6: () => number) {
    this.#ground = ground;
    this.#cashE6 = cashE6;
    this.#marks = new Marks(ground.feed);
  }

  lots(choice: { ticker?: string; ruleId?: string }): Lot[] {
    const { books, accountId } = this.#ground;
    const lots: Lot[] = [];
    for (const { ruleId, ticker, eventTicker, holdings } of books.openBooks()) {
      const { open } = holdings;
      if (open === undefined || (choice.ticker ?? ticker) !== ticker || (choice.ruleId ?? ruleId) !== ruleId) continue;
      const { outcome, countE2, costE6, feesE6, round, openedMs } = open;
      const positionId = positionIdOf(accountId, ruleId, ticker, round);
      lots.push({ positionId, ruleId, ticker, eventTicker, outcome, countE2, costE6, feesE6, round, openedMs });
    }
    return lots;
  }

  /** Those that are open. */
  positions(): PositionRow[] {
    const { books, accountId } = this.#ground;
    return books.openBooks().flatMap((book) => positionRows(book, { accountId }).filter((row) => row.status === 'open'));
  }

  ordersUnderWay(): ReturnType<AccountView['ordersUnderWay']> {
    return this.#ground.books.unsettled().map(({ clientOrderId, signal, life }) => ({
      clientOrderId,
      ticker: signal.cause.ticker,
      leg: signal.cause.leg,
      state: life.state,
      atMs: life.enteredMs.intended ?? signal.atMs,
      reason: life.reason,
    }));
  }

  money(): AccountMoney {
    const { books, clock } = this.#ground;
    const nowMs = clock.nowMs();
    return moneyOf({
      balanceE6: this.#cashE6(),
      openBooks: books.openBooks(),
      entriesUnderWay: books.entriesUnderWay(),
      day: books.day(nowMs),
      dayBase: books.breaker.dayBase,
      markOf: (ticker, outcome) => this.#marks.markOf(ticker, outcome),
      nowMs,
    });
  }

  readings(): BreakerReadings {
    const money = this.money();
    return readingsOf(money, newYorkDay(money.atMs));
  }

  /** Writes the account's figures as they are when they are written. */
  keepSnapshot(): void {
    const { notes, memory, books, accountId } = this.#ground;
    notes.keep('snapshot', () => {
      const { balanceE6, capitalE6, exposureE6, openPositions, dayPnlE6, atMs } = this.money();
      return memory.records.snapshot({
        accountId,
        atMs,
        balanceE6,
        portfolioE6: capitalE6 - balanceE6,
        exposureE6,
        openPositions,
        dayPnlE6,
        totalPnlE6: books.totalE6() + dayPnlE6 - books.day(atMs).netE6,
        positions: this.positions(),
      });
    });
  }
}
